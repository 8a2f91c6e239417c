import ArgumentParser
import TesseraClient

struct CopyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Issue a token like another.",
    discussion: """
      What no option says is taken from the other token. The copy ends when that one does; of a \
      token that has expired, say --expires. The new value is printed once, on standard output. A \
      copy that is an ADMIN token is asked about first.
      """)

  @Argument(help: "The id of the token to copy, tok_….", transform: Parse.id)
  var id: TokenID

  @Option(
    help: "Its kind, where it is to be another: \(Parse.kindNames).", completion: Parse.kinds,
    transform: Parse.kind)
  var kind: TokenKind?

  @OptionGroup var choices: TokenChoices
  @OptionGroup var repetition: RepetitionOptions
  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  var request: IssueRequest {
    var request = choices.request
    request.kind = kind
    request.copyOf = id
    request.idempotencyKey = repetition.idempotencyKey
    return request
  }

  func run() async throws {
    let request = request
    let issued = try await connection.session { session in
      if !assent.yes, try await isAdmin(session) {
        try assent.askAboutAdmin("Issue", "issuing", count: 1)
      }
      return try await session.call { try await $0.issue(request) }
    }
    ValueOutput(format: output.format, verb: "Issued").show(issued)
  }

  /// Whether the copy is to be an ADMIN token, as far as the caller may see.
  private func isAdmin(_ session: Session) async throws -> Bool {
    if let kind { return kind == .admin }
    do {
      return try await session.call { try await $0.token(id) }.kind == .admin
    } catch TesseraError.refused(let refusal) where refusal.code == .permissionDenied {
      // Who may not look at tokens copies none of this kind.
      return false
    }
  }
}
