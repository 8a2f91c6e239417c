import ArgumentParser
import TesseraClient

struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot",
    abstract: "Have the authority write a snapshot now, and wait for it.",
    discussion: "Needs the permission server.operate. A large one may need a longer --timeout.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let revision = try await connection.call { try await $0.snapshot() }
    output.show(
      [("revision", String(revision.rawValue))], .object(["revision": .number(revision.rawValue)]))
  }
}
