import ArgumentParser
import TesseraClient

struct RegenerateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regenerate", abstract: "Give a token a new value.",
    discussion: """
      The new value is printed once, on standard output. The old one stops at once, or after \
      --overlap; one that came before it stops in any case. A token that has expired needs \
      --expires, and then passes again.
      """)

  @Argument(help: "The id, tok_….", transform: Parse.id)
  var id: TokenID

  @Option(
    help: "How long the old value passes beside the new one, as in 24h; at most 30d.",
    transform: DurationText.parse)
  var overlap: Duration?

  @Option(
    help: "When it ends: never, a span such as 30d, or a date. (default: as it is)",
    transform: Parse.expiry)
  var expires: ExpiryChoice?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  var request: RegenerateRequest {
    RegenerateRequest(id, overlap: overlap, expiry: expires)
  }

  func run() async throws {
    let request = request
    let issued = try await connection.call { try await $0.regenerate(request) }
    ValueOutput(format: output.format, verb: "Regenerated").show(issued)
  }
}
