import ArgumentParser
import TesseraClient

struct UserUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Change a user.",
    discussion: """
      What no option says stays as it is. To add or take single grants and roles, see 'tessera \
      user grant' and 'tessera user ungrant'.
      """)

  enum Passing: String, EnumerableFlag {
    /// Their tokens do not pass.
    case disable
    case enable
  }

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @Option(help: "What people call them; '' for nothing.")
  var name: String?

  @Flag(inversion: .prefixedNo, help: "Whether they may do everything.")
  var admin: Bool?

  @Flag(help: "Whether their tokens pass.")
  var passing: Passing?

  @OptionGroup var grants: GrantOptions

  @Option(
    help: "A role, instead of those they have; repeat it for several.", transform: Parse.role)
  var role: [RoleName] = []

  @Flag(help: "No roles, instead of those they have.")
  var noRoles = false

  @Option(help: "Only if this is their version, as 'tessera user get' shows it.")
  var ifVersion: UInt32?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard role.isEmpty || !noRoles else {
      throw ValidationError("give --role or --no-roles, not both")
    }
    var asked = request
    asked.ifVersion = nil
    guard asked != UpdateUserRequest(id) else { throw ValidationError("say what is to change") }
  }

  var request: UpdateUserRequest {
    var request = UpdateUserRequest(id)
    request.ifVersion = ifVersion
    request.name = name
    request.isAdmin = admin
    request.isDisabled = passing.map { $0 == .disable }
    request.grants = grants.selection
    request.roles = role.isEmpty && !noRoles ? nil : Set(role).sorted()
    return request
  }

  func run() async throws {
    let request = request
    let changed = try await connection.call { try await $0.updateUser(request) }
    output.show(changed)
  }
}

/// Grants and roles that a user gets, or loses.
struct HoldingOptions: ParsableArguments {
  @OptionGroup var grants: NewGrantOptions

  @Option(help: "A role; repeat it for several.", transform: Parse.role)
  var role: [RoleName] = []

  func validate() throws {
    guard !grants.grant.isEmpty || !role.isEmpty else {
      throw ValidationError("name at least one --grant or --role")
    }
  }
}

struct UserGrantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grant", abstract: "Give a user grants and roles, beside those they have.")

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @OptionGroup var holdings: HoldingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let changed = try await connection.session { session in
      try await session.rewrite(id) { user throws(CommandFailure) in
        user.grants = try GrantList.changed(user.grants, adding: holdings.grants.grant)
        user.roles = Set(user.roles).union(holdings.role).sorted()
      }
    }
    output.show(changed)
  }
}

struct UserUngrantCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ungrant", abstract: "Take grants and roles from a user.",
    discussion: "Each is written as 'tessera user get' shows it.")

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @OptionGroup var holdings: HoldingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let changed = try await connection.session { session in
      try await session.rewrite(id) { user throws(CommandFailure) in
        user.grants = try GrantList.changed(
          user.grants, adding: [], removing: holdings.grants.grant)
        for role in holdings.role where !user.roles.contains(role) {
          throw CommandFailure(.no, "\(id) does not have the role '\(role)'")
        }
        user.roles.removeAll(where: holdings.role.contains)
      }
    }
    output.show(changed)
  }
}

extension Session {
  /// Gives a user other grants and roles, made of those they have.
  fileprivate func rewrite(
    _ id: UserID, _ change: (inout User) throws(CommandFailure) -> Void
  ) async throws -> ChangedUser {
    try await Rewriting.untilUndisturbed(onlyOnce: false) {
      var user = try await call { try await $0.user(id) }
      var request = UpdateUserRequest(id)
      request.ifVersion = user.version
      try change(&user)
      request.grants = user.grants
      request.roles = user.roles
      let asked = request
      return try await call { try await $0.updateUser(asked) }
    }
  }
}
