import ArgumentParser
import TesseraClient

struct RevokeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke", abstract: "End tokens for good.",
    discussion: """
      Names tokens by their ids, or one by its value, or every token that the filters fit \
      but the caller's own. Revoking twice is no error. More than one, or what filters fit, is \
      asked about first.
      """)

  @Argument(help: "The ids, tok_….", transform: Parse.id)
  var ids: [TokenID] = []

  @Option(help: "The file that holds a value; - is standard input.", completion: .file())
  var valueFile: String?

  @OptionGroup(title: "Filters") var filters: RevokeFilters

  @Option(help: "Why; up to 500 bytes.")
  var reason = ""

  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    let ways = [!ids.isEmpty, valueFile != nil, !filters.isEmpty].count { $0 }
    guard ways == 1 else {
      throw ValidationError("name the tokens by their ids, or one by --value-file, or by filters")
    }
    guard ids.count <= Limits.idsPerRevoke else {
      throw ValidationError("at most \(Limits.idsPerRevoke) tokens are revoked at once")
    }
  }

  func run() async throws {
    if !filters.isEmpty {
      try assent.requireSomebodyToAsk("revoking every token that the filters fit")
    } else if ids.count > 1 {
      try assent.requireSomebodyToAsk("revoking \(ids.count) tokens")
      try assent.ask("Revoke \(ids.count) tokens")
    }
    let target = try target(now: .now)
    let report = try await connection.session { session in
      if case .filter(let filter) = target, !assent.yes {
        let count = try await TokenCount(revokedBy: filter, session)
        try assent.ask("Revoke \(count.words(all: "every token that the filters fit"))")
      }
      let request = RevokeRequest(target, reason: reason)
      return try await session.call { try await $0.revoke(request) }
    }
    show(report)
    let status = report.status
    if status != .yes { throw CommandFailure(status) }
  }

  func target(now: Timestamp) throws -> RevokeRequest.Target {
    if !filters.isEmpty { return .filter(try filters.filter(now: now)) }
    return valueFile == nil ? .ids(ids) : .value(try TokenInput.read(valueFile))
  }

  private func show(_ report: RevocationReport) {
    switch output.format {
    case .table where report.outcomes.isEmpty: Terminal.say("No tokens.")
    case .table:
      var table = Table(["ID", "RESULT"])
      table.lines(report.outcomes.map { [$0.id?.description ?? "-", $0.resultName] })
        .forEach(Terminal.print)
    case .json:
      let outcomes = report.outcomes.map { outcome in
        JSON.object(["id": .text(outcome.id?.description), "result": .string(outcome.resultName)])
      }
      Terminal.print(
        JSON.object([
          "outcomes": .array(outcomes), "revision": .number(report.revision.rawValue),
        ]).text)
    }
  }
}

extension RevocationReport {
  /// Yes where every token that was named is revoked now.
  var status: CommandStatus {
    if outcomes.contains(where: { $0.result == .permissionDenied }) { return .denied }
    return outcomes.allSatisfy { $0.result == .revoked || $0.result == .alreadyRevoked }
      ? .yes : .no
  }
}

extension RevokeOutcome {
  var resultName: String {
    switch result {
    case .revoked: "REVOKED"
    case .alreadyRevoked: "ALREADY_REVOKED"
    case .notFound: "NOT_FOUND"
    case .permissionDenied: "PERMISSION_DENIED"
    case nil: "UNKNOWN"
    }
  }
}
