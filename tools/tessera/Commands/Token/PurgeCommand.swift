import ArgumentParser
import TesseraClient

struct PurgeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Forget tokens that were revoked, or expired, long ago.",
    discussion: "Their events stay.")

  @Option(help: "They ended before this date, or so long ago: 2027-01-31, 90d.")
  var endedBefore: String

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws { _ = try request(now: .now) }

  func request(now: Timestamp) throws -> PurgeRequest {
    PurgeRequest(endedBefore: try Parse.before(endedBefore, now: now))
  }

  func run() async throws {
    let first = try request(now: .now)
    let (purged, revision) = try await connection.session(attempts: 10) { session in
      var request = first
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
