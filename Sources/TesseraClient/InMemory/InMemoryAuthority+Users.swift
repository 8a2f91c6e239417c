import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func createUser(_ request: CreateUserRequest) throws(TesseraError) -> ChangedUser {
    guard let id = request.id else { throw .invalid("id", "name a user") }
    var user = User()
    user.id = id
    user.name = request.name
    user.isAdmin = request.isAdmin
    user.isDisabled = request.isDisabled
    user.grants = request.grants.map(\.normalised)
    user.roles = Set(request.roles).sorted()
    user.hasPassword = try isPassword(request.password)
    user.createdAt = now
    user.createdBy = InMemoryAuthority.caller
    user.version = 1
    try check(user, replacing: [])
    guard users[id] == nil else {
      throw .refused(Refusal(.alreadyExists, "there is a user \(id) already", field: "id"))
    }
    users[id] = user
    let password: [FieldChange] = user.hasPassword ? [.password] : []
    note(.userCreated, FieldChange.between(nil, user) + password, user: id)
    return ChangedUser(user: shown(user), revision: revision)
  }

  public func updateUser(_ request: UpdateUserRequest) throws(TesseraError) -> ChangedUser {
    let old = try known(request.id)
    var asked = request
    asked.ifVersion = nil
    asked.context = nil
    var unsaid = UpdateUserRequest()
    unsaid.id = request.id
    guard asked != unsaid else { throw .invalid("", "say what is to change") }
    var new = old
    new.name = request.name ?? old.name
    new.isAdmin = request.isAdmin ?? old.isAdmin
    new.isDisabled = request.isDisabled ?? old.isDisabled
    new.grants = request.grants?.map(\.normalised) ?? old.grants
    new.roles = request.roles.map { Set($0).sorted() } ?? old.roles
    try check(new, replacing: old.grants)
    guard new != old else { return ChangedUser(user: shown(old), revision: revision) }
    if let asked = request.ifVersion, asked != old.version { throw .stale(asked, at: old.version) }
    change(new, .userUpdated, FieldChange.between(old, new))
    return ChangedUser(user: try user(try knownID(request.id)), revision: revision)
  }

  public func deleteUser(_ id: UserID) throws(TesseraError) -> Deletion {
    _ = try known(id)
    let revoked = revoke(because: "the user was removed") { $0.owner == id }
    users[id] = nil
    note(.userRemoved, FieldChange.revoked(revoked.count), user: id)
    return Deletion(revokedTokens: revoked.count, revision: revision)
  }

  public func user(_ id: UserID) throws(TesseraError) -> User { shown(try known(id)) }

  public func listUsers(_ request: ListUsersRequest) throws(TesseraError) -> Page<User> {
    let matches = users.filter { fits($0.key, $0.value, request) }
      .map { (place: $0.key, element: shown($0.value)) }.sorted { $0.place < $1.place }
    return try request.page(
      of: matches, revision: revision, write: \.text, read: { UserID(unchecked: $0) })
  }

  @discardableResult
  public func setPassword(
    _ password: Secret?, of id: UserID
  ) throws(TesseraError) -> Revision {
    let hasPassword = try isPassword(password)
    var user = try known(id)
    guard hasPassword || user.hasPassword else { return revision }
    user.hasPassword = hasPassword
    change(user, .passwordChanged, [.password])
    return revision
  }

  private func change(_ user: User, _ kind: EventKind, _ changes: [FieldChange]) {
    guard let id = user.id else { return }
    users[id] = user
    users[id]?.version += 1
    note(kind, changes, user: id)
  }

  private func knownID(_ id: UserID?) throws(TesseraError) -> UserID {
    guard let id else { throw .invalid("id", "name a user") }
    return id
  }

  private func known(_ id: UserID?) throws(TesseraError) -> User {
    let id = try knownID(id)
    guard let user = users[id] else {
      throw .refused(Refusal(.notFound, "there is no user \(id)", field: "id"))
    }
    return user
  }

  /// The user with the number of their tokens that are not revoked.
  private func shown(_ user: User) -> User {
    var shown = user
    shown.tokens = UInt32(
      held.count { $0.token.owner == user.id && $0.token.revocation == nil })
    return shown
  }

  private func fits(_ id: UserID, _ user: User, _ request: ListUsersRequest) -> Bool {
    if let role = request.role, !user.roles.contains(role) { return false }
    if let project = request.project {
      let isMember = grants(of: user).contains {
        $0.place == .allProjects || $0.place == .project(project)
      }
      guard isMember else { return false }
    }
    return [id.text, user.name].hold(request.text)
  }

  private func isPassword(_ password: Secret?) throws(TesseraError) -> Bool {
    guard let password, !password.bytes.isEmpty else { return false }
    guard Limits.passwordBytes.contains(password.bytes.count) else {
      throw .invalid(
        "password",
        "a password has \(Limits.passwordBytes.lowerBound) to "
          + "\(Limits.passwordBytes.upperBound) bytes")
    }
    return true
  }

  private func check(_ user: User, replacing held: [Grant]) throws(TesseraError) {
    try checkTexts(name: user.name, description: "")
    guard user.roles.count <= Limits.rolesPerUser else {
      throw .invalid("roles", "a user has at most \(Limits.rolesPerUser) roles")
    }
    try checkShape(user.grants, replacing: held, "grants")
    for role in user.roles where registry[.role(role)] == nil {
      throw .invalid("roles", "there is no role \(role)")
    }
    try checkNames(user.grants, "grants")
  }
}
