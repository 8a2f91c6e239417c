import ArgumentParser
import TesseraClient

struct UserCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "The people whose PERSONAL tokens there are.",
    subcommands: [
      UserCreateCommand.self, UserUpdateCommand.self, UserDeleteCommand.self, UserGetCommand.self,
      UserListCommand.self, UserSetPasswordCommand.self, UserGrantCommand.self,
      UserUngrantCommand.self,
    ])
}

struct UserCreateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Create a user.",
    discussion: """
      Without --with-password or --new-password-file, the user does not sign in here: a product \
      acts for them.
      """)

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @Option(help: "What people call them.")
  var name = ""

  @Flag(help: "They may do everything.")
  var admin = false

  @Flag(help: "Their tokens do not pass, until they are enabled.")
  var disabled = false

  @OptionGroup var grants: NewGrantOptions

  @Option(help: "A role; repeat it for several.", transform: Parse.role)
  var role: [RoleName] = []

  @OptionGroup var password: NewPasswordOptions

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func request(_ password: Secret?) -> CreateUserRequest {
    var request = CreateUserRequest(id, name: name)
    request.isAdmin = admin
    request.isDisabled = disabled
    request.grants = grants.grant
    request.roles = Set(role).sorted()
    request.password = password
    return request
  }

  func run() async throws {
    let request = request(try password.read())
    let created = try await connection.call { try await $0.createUser(request) }
    output.show(created)
  }
}

/// The password that a user is to have.
struct NewPasswordOptions: ParsableArguments {
  @Flag(
    help: "With a password, typed twice on a terminal; elsewhere one line of standard input.")
  var withPassword = false

  @Option(help: "The file with the user's password, on one line.", completion: .file())
  var newPasswordFile: String?

  /// nil where none is said.
  func read() throws(CommandFailure) -> Secret? {
    withPassword || newPasswordFile != nil ? try NewPassword.read(newPasswordFile) : nil
  }
}

struct UserSetPasswordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-password", abstract: "Set the password that a user signs in with.",
    discussion: """
      It is typed twice on a terminal; elsewhere it is one line of standard input, or in \
      --new-password-file. Connections on which the user signed in with the one before end.
      """)

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @Option(help: "The file with the new password, on one line.", completion: .file())
  var newPasswordFile: String?

  @Flag(help: "None: the user does not sign in here any more.")
  var none = false

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    guard !none || newPasswordFile == nil else {
      throw ValidationError("give --none or --new-password-file, not both")
    }
  }

  func run() async throws {
    let password = none ? nil : try NewPassword.read(newPasswordFile)
    let id = id
    let revision = try await connection.call { try await $0.setPassword(password, of: id) }
    if output.format == .json {
      Terminal.print(JSON.object(["revision": .number(revision.rawValue)]).text)
    }
    Terminal.say(none ? "\(id) has no password now." : "\(id) has a new password.")
  }
}

extension OutputOptions {
  func show(_ changed: ChangedUser) {
    show(
      changed.user.facts,
      .object(["user": changed.user.json, "revision": .number(changed.revision.rawValue)]))
  }
}
