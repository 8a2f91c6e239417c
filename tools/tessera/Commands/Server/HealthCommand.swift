import ArgumentParser
import TesseraClient

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Ask how the authority is; exit code 0 is SERVING.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let health = try await connection.call(needsCaller: false) { try await $0.health() }
    output.show(health)
    if health.status != .serving { throw CommandFailure(.no) }
  }
}

extension HealthResponse: Described {
  var statusName: String {
    switch status {
    case .serving: "SERVING"
    case .readOnly: "READ_ONLY"
    case .starting: "STARTING"
    case .draining: "DRAINING"
    case nil: "UNKNOWN"
    }
  }

  var facts: [(String, String)] {
    [("status", statusName)] + (reason.isEmpty ? [] : [("reason", reason)]) + [
      ("version", version), ("tokens", String(tokens)),
      ("revision", String(revision.rawValue)), ("epoch", String(revision.epoch)),
      ("started", startedAt.map(DateText.text) ?? ""),
    ]
  }

  var json: JSON {
    .object([
      "status": .string(statusName), "reason": .text(reason.isEmpty ? nil : reason),
      "version": .string(version), "tokens": .number(tokens),
      "revision": .number(revision.rawValue), "epoch": .number(revision.epoch),
      "started_at": .text(startedAt.map(DateText.text)),
    ])
  }
}
