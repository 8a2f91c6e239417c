import ArgumentParser
import TesseraClient

struct HealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Ask how the authority is; exit code 0 is SERVING.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let health = try await connection.call(needsCaller: false) { try await $0.health() }
    switch output.format {
    case .json: Terminal.print(health.json.text)
    case .table: Table.facts(health.facts).forEach(Terminal.print)
    }
    if health.status != .serving { throw CommandFailure(.no) }
  }
}

extension HealthResponse {
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
      ("revision", String(revision.rawValue)),
      ("started", startedAt.map(DateText.text) ?? ""),
    ]
  }

  var json: JSON {
    .object([
      "status": .string(statusName), "reason": .text(reason.isEmpty ? nil : reason),
      "version": .string(version), "tokens": .number(tokens),
      "revision": .number(revision.rawValue),
      "started_at": .text(startedAt.map(DateText.text)),
    ])
  }
}
