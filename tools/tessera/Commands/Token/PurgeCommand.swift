import ArgumentParser
import TesseraClient

struct PurgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Forget tokens that were revoked, or expired, long ago.",
    discussion: """
      Their events stay. It is asked about first; what is forgotten cannot be brought back.
      """)

  @Option(help: "They ended before this date, or so long ago: 2027-01-31, 90d.")
  var endedBefore: String

  @OptionGroup var assent: AssentOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try moment(now: .now) }

  func moment(now: Timestamp) throws -> Timestamp { try Parse.before(endedBefore, now: now) }

  func run() async throws {
    let moment = try moment(now: .now)
    try assent.requireSomebodyToAsk("forgetting tokens")
    let (purged, revision) = try await connection.session(attempts: 10) { session in
      if !assent.yes {
        let tokens = try await TokenCount(endedBefore: moment, session)
        if tokens.count != 0 {
          try assent.ask("Forget \(tokens.words(all: "every token")) that ended by then")
        }
      }
      var request = PurgeRequest(endedBefore: moment)
      var purged = 0
      while true {
        let asked = request
        let report = try await session.call { try await $0.purge(asked) }
        purged += report.purged
        if report.isLast { return (purged, report.revision) }
        request.pageToken = report.nextPageToken
      }
    }
    output.show(
      [("purged", String(purged))],
      .object(["purged": .number(UInt64(purged)), "revision": .number(revision.rawValue)]))
  }
}
