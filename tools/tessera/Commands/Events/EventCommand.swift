import ArgumentParser
import TesseraClient

struct EventCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "event", abstract: "See what was changed, by whom and when.",
    subcommands: [EventListCommand.self])
}

struct EventListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the events that all of the filters fit, the newest first.",
    discussion: "With -o json, every event is an object on a line of its own.")

  @OptionGroup var filters: EventFilters
  @OptionGroup var paging: PagingOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let request = try filters.request(now: .now)
    try await connection.session { session in
      var writer = ListWriter<ChangeEvent>(output.format, of: "events", form: .lines)
      try await paging.pages.run(request) { page in
        try await session.call { try await $0.listEvents(page) }
      } _: {
        writer.write($0)
      }
      writer.finish()
    }
  }
}

/// Which events are listed.
struct EventFilters: ParsableArguments {
  @Option(
    help: "A kind, as in token-issued; repeat it for several.", completion: Parse.eventKinds,
    transform: Parse.eventKind)
  var kind: [EventKind] = []

  @Option(help: "The user who did it.", transform: Parse.name)
  var by: UserID?

  @Option(help: "The token that was changed.", transform: Parse.id)
  var token: TokenID?

  @Option(help: "The user who was changed.", transform: Parse.name)
  var user: UserID?

  @Option(
    help: """
      What was changed in the registry: project=ID, environment=ID, method=NAME, scope-set=NAME or \
      role=NAME.
      """,
    completion: Parse.registryTypes, transform: Parse.entry)
  var entry: RegistryKey?

  @Option(help: "From this date on, or for so long: 2027-01-31, 7d.")
  var since: String?

  @Option(help: "Before this date, or so long ago: 2027-01-31, 7d.")
  var before: String?

  func validate() throws {
    _ = try request(now: .now)
    guard [token != nil, user != nil, entry != nil].count(where: { $0 }) <= 1 else {
      throw ValidationError("an event changes one thing: give --token, --user or --entry")
    }
  }

  func request(now: Timestamp) throws -> ListEventsRequest {
    var request = ListEventsRequest()
    if !kind.isEmpty { request.kinds = Set(kind) }
    request.user = by
    request.token = token
    request.subjectUser = user
    request.entry = entry
    request.since = try since.map { try Parse.before($0, now: now) }
    request.before = try before.map { try Parse.before($0, now: now) }
    return request
  }
}
