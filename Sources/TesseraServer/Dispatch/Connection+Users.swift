import TesseraEngine
import TesseraModel
import TesseraWire

/// Users, and what they are granted.
extension Connection {
  mutating func createUser(
    _ call: Admission<CreateUserRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let request = call.request
    var command = CreateUserCommand(try Connection.named(request.id))
    command.name = request.name
    command.isAdmin = request.isAdmin
    command.isDisabled = request.isDisabled
    command.grants = request.grants
    command.roles = request.roles
    let password = try Connection.newPassword(request.password)
    try commit(.createUser(command), call, newPassword: password, &core)
  }

  mutating func updateUser(
    _ call: Admission<UpdateUserRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let request = call.request
    var command = UpdateUserCommand(try Connection.named(request.id))
    command.ifVersion = request.ifVersion
    command.name = request.name
    command.isAdmin = request.isAdmin
    command.isDisabled = request.isDisabled
    command.grants = request.grants
    command.roles = request.roles
    try commit(.updateUser(command), call, &core)
  }

  mutating func deleteUser(
    _ call: Admission<DeleteUserRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try commit(.removeUser(Connection.named(call.request.id)), call, &core)
  }

  mutating func setPassword(
    _ call: Admission<SetPasswordRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let id = try Connection.named(call.request.id)
    let password = try Connection.newPassword(call.request.password)
    try commit(.setPassword(id, nil), call, newPassword: password, &core)
  }

  mutating func getUser(
    _ call: Admission<GetUserRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    try query(.get(.user(Connection.named(call.request.id))), call, &core)
  }

  mutating func listUsers(
    _ call: Admission<ListUsersRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let listing = try CursorListing<ListedUsers>(
      call.request, core.services.pageKey, now: core.wallTime)
    try query(.list(listing), call, &core)
  }

  private static func named(_ id: UserID?) throws(Refusal) -> UserID {
    guard let id else { throw Refusal(.invalidArgument, "name a user", field: "id") }
    return id
  }

  /// A password that is to be hashed; nil where none is set.
  private static func newPassword(_ password: Secret?) throws(Refusal) -> Secret? {
    guard let password, !password.bytes.isEmpty else { return nil }
    guard Limits.passwordBytes.contains(password.bytes.count) else {
      throw Refusal(
        .invalidArgument,
        "a password has \(Limits.passwordBytes.lowerBound) to "
          + "\(Limits.passwordBytes.upperBound) bytes", field: "password")
    }
    return password
  }
}
