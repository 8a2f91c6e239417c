import ArgumentParser
import TesseraClient

struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the tokens that all of the filters fit.")

  @OptionGroup var filters: ListFilters
  @OptionGroup var paging: PagingOptions

  @Option(
    defaultAsFlag: WatchInterval.usual,
    help: "List again every so often, as in 5s, until Ctrl-C; at least 1s.")
  var watch: WatchInterval?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { try watch?.check() }

  func run() async throws {
    if let watch {
      let command = self
      try await Interrupt.untilInterrupted { try await command.watch(every: watch.span) }
      return
    }
    let request = try filters.request(now: .now)
    try await connection.session { session in
      var writer = ListWriter<Token>(output.format, of: "tokens")
      try await paging.pages.tokens(request, session) { writer.write($0) }
      writer.finish()
    }
  }

  private func watch(every interval: Duration) async throws {
    let watch = Watch(format: output.format, interval: interval)
    try await connection.session { session in
      var hasShown = false
      while true {
        do {
          var tokens: [Token] = []
          let now = Timestamp.now
          let request = try filters.request(now: now)
          try await paging.pages.tokens(request, session) { tokens += $0 }
          if !hasShown { watch.begin() }
          hasShown = true
          watch.show(tokens, at: now)
        } catch let error as TesseraError where hasShown && CommandStatus(error).mayPass {
          // An authority that restarts is there again in a moment; one that never answered may
          // not be there at all.
          watch.say(error.advice)
        }
        try await Task.sleep(for: interval)
      }
    }
  }
}

extension Paging {
  func tokens(
    _ request: ListRequest, _ session: Session, _ body: (ArraySlice<Token>) throws -> Void
  ) async throws {
    try await run(
      request, { page in try await session.call { try await $0.list(page) } }, body)
  }
}

/// Every filter of a list.
struct ListFilters: ParsableArguments {
  @Option(
    help: "\(Parse.kindNames); repeat it for several.", completion: Parse.kinds,
    transform: Parse.kind)
  var kind: [TokenKind] = []

  @Option(help: "The user whose tokens they are.", transform: Parse.name)
  var owner: UserID?

  @Option(help: "A project they open.", transform: Parse.name)
  var project: ProjectID?

  @Option(help: "Their environment.", transform: Parse.name)
  var environment: EnvironmentID?

  @Option(
    help: "active, expired or revoked; repeat it for several.", completion: Parse.states,
    transform: Parse.state)
  var state: [TokenState] = []

  @Option(help: "They expire within this span, as in 7d.", transform: DurationText.parse)
  var expiringWithin: Duration?

  @Option(help: "They were not used since this date, or for so long: 2027-01-31, 90d.")
  var lastUsedBefore: String?

  @Option(help: "Part of the name or the description, whatever the case.")
  var text = ""

  @Option(
    help: "created, name, expires or last-used. (default: created)", completion: Parse.sorts,
    transform: Parse.sort)
  var sort: ListSort?

  func validate() throws { _ = try request(now: .now) }

  func request(now: Timestamp) throws -> ListRequest {
    var request = ListRequest()
    if !kind.isEmpty { request.kinds = KindSet(kind.map { KindSet($0) }) }
    request.owner = owner
    request.project = project
    request.environment = environment
    if !state.isEmpty { request.states = Set(state) }
    request.expiringWithin = expiringWithin
    request.lastUsedBefore = try lastUsedBefore.map { try Parse.before($0, now: now) }
    request.text = text
    request.sort = sort
    return request
  }
}

/// How much of a list is shown.
struct PagingOptions: ParsableArguments {
  @Option(help: "Stop after so many. (default: all)")
  var limit: Int?

  func validate() throws {
    if let limit, limit < 1 { throw ValidationError("--limit must be at least 1") }
  }

  var pages: Paging { Paging(limit: limit) }
}
