import ArgumentParser
import TesseraClient

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens that all of the filters fit.")

  @OptionGroup var filters: ListFilters

  @Option(help: "Stop after so many. (default: all)")
  var limit: Int?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  func run() async throws {
    let client = try connection.client()
    var writer = TokenListWriter(output.format)
    var left = limit ?? .max
    var request = filters.request()
    while left > 0 {
      request.pageSize = UInt32(min(left, Limits.pageSize))
      let page = try await client.list(request)
      writer.write(page.tokens.prefix(left))
      left -= min(left, page.tokens.count)
      if page.isLast { break }
      request.pageToken = page.nextPageToken
    }
    writer.finish()
    await client.close()
  }
}

/// Every filter of a list.
struct ListFilters: ParsableArguments {
  @Option(
    help: "A kind; repeat it for several.", completion: Parse.kinds, transform: Parse.kind)
  var kind: [TokenKind] = []

  @Option(help: "The user whose tokens they are.", transform: Parse.name)
  var owner: UserID?

  @Option(help: "A project they open.", transform: Parse.name)
  var project: ProjectID?

  @Option(help: "Their environment.", transform: Parse.name)
  var environment: EnvironmentID?

  @Option(
    help: "active, expired or revoked; repeat it for several.",
    completion: .list(["active", "expired", "revoked"]), transform: Parse.state)
  var state: [TokenState] = []

  @Option(help: "They expire within this span, as in 7d.", transform: DurationText.parse)
  var expiringWithin: Duration?

  @Option(help: "Part of the name or the description.")
  var text = ""

  @Option(
    help: "created, name or expires.",
    completion: .list(["created", "name", "expires"]), transform: Parse.sort)
  var sort: ListSort?

  func request() -> ListRequest {
    var request = ListRequest()
    if !kind.isEmpty { request.kinds = KindSet(kind.map { KindSet($0) }) }
    request.owner = owner
    request.project = project
    request.environment = environment
    if !state.isEmpty { request.states = Set(state) }
    request.expiringWithin = expiringWithin
    request.text = text
    request.sort = sort
    return request
  }
}

/// Writes tokens as their pages come.
struct TokenListWriter {
  private let format: OutputFormat
  private var table = Table(Token.columns)
  private var count = 0

  init(_ format: OutputFormat) { self.format = format }

  mutating func write(_ tokens: ArraySlice<Token>) {
    switch format {
    case .table:
      if !tokens.isEmpty { table.lines(tokens.map(\.row)).forEach(Terminal.print) }
    case .json:
      for token in tokens {
        Terminal.print((count == 0 ? "[" : ",") + token.json.text)
        count += 1
      }
    }
  }

  func finish() {
    if format == .json { Terminal.print(count == 0 ? "[]" : "]") }
  }
}
