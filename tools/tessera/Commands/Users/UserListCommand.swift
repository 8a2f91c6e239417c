import ArgumentParser
import TesseraClient

struct UserListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the users that all of the filters fit.")

  @Option(help: "Part of the id or the name, whatever the case.")
  var search = ""

  @Option(help: "A role they have.", transform: Parse.role)
  var role: RoleName?

  @Option(help: "A project whose members they are.", transform: Parse.name)
  var project: ProjectID?

  @OptionGroup var paging: PagingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  var request: ListUsersRequest {
    var request = ListUsersRequest()
    request.text = search
    request.role = role
    request.project = project
    return request
  }

  func run() async throws {
    try await connection.session { session in
      var writer = ListWriter<User>(output.format, of: "users")
      try await paging.pages.run(request) { page in
        try await session.call { try await $0.listUsers(page) }
      } _: {
        writer.write($0)
      }
      writer.finish()
    }
  }
}

struct UserGetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show what the authority tells about a user.")

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let id = id
    let user = try await connection.call { try await $0.user(id) }
    output.show(user)
  }
}

struct UserDeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete", abstract: "Delete a user, and revoke their tokens.",
    discussion: "Where they have more than one, it is asked about first.")

  @Argument(help: "The id.", transform: Parse.name)
  var id: UserID

  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let id = id
    let deletion = try await connection.session { session in
      if !assent.yes {
        try await Doomed(id, session).ask("user \(id)", assent)
      }
      return try await session.call { try await $0.deleteUser(id) }
    }
    output.show(deletion)
  }
}
