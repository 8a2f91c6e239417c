import ArgumentParser
import TesseraClient

struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show what the authority tells about a token.")

  @Argument(help: "The id, tok_….", transform: Parse.id)
  var id: TokenID

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let id = id
    let token = try await connection.call { try await $0.token(id) }
    output.show(token)
  }
}
