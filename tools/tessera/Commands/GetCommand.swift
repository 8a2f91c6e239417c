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
    let client = try connection.client()
    let token = try await client.get(id)
    await client.close()
    switch output.format {
    case .json: Terminal.print(token.json.text)
    case .table: Table.facts(token.facts).forEach(Terminal.print)
    }
  }
}
