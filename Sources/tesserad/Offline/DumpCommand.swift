import ArgumentParser
import Glibc
import TesseraJournal
import TesseraModel

struct DumpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump",
    abstract: "Print the journal's changes, or a snapshot's records, as lines of JSON.",
    discussion: """
      Changes that a snapshot made needless are not in the journal any more. What scrypt made of a \
      password is never printed.
      """)

  @OptionGroup var directory: DataOption

  @Option(help: ArgumentHelp("The first change to print.", valueName: "REVISION"))
  var from: UInt64?

  @Option(help: ArgumentHelp("The last change to print.", valueName: "REVISION"))
  var to: UInt64?

  @Option(
    help: ArgumentHelp(
      "Print the records of the snapshot that covers this revision instead.",
      valueName: "REVISION"))
  var snapshot: UInt64?

  @Flag(help: "Print the SHA-256 of values and of idempotency keys, too.")
  var digests = false

  func validate() throws {
    if let from, let to, from > to { throw ValidationError("--from comes before --to") }
    if snapshot != nil, from != nil || to != nil {
      throw ValidationError("--from and --to are about the journal, not about a snapshot")
    }
  }

  func run() async throws {
    try await exitingCleanly {
      let view = try directory.view()
      let dump = DumpStyle(showsDigests: digests)
      if let snapshot {
        let revision = Revision(rawValue: snapshot)
        let known = try view.snapshots()
        guard known.contains(revision) else { throw noSnapshot(revision, among: known) }
        var printer = RecordPrinter(dump: dump)
        try view.loadSnapshot(covering: revision, into: &printer)
        return
      }
      let revisions = Revision(rawValue: from ?? 0)...Revision(rawValue: to ?? .max)
      try view.forEachEntry(in: revisions) { StandardOutput.write($0.json(dump).text) }
    }
  }

  private func noSnapshot(_ revision: Revision, among known: [Revision]) -> DaemonFailure {
    let others =
      known.isEmpty
      ? "there is none at all; `tessera snapshot` has a running authority write one"
      : "--snapshot takes \(known.map { "\($0.rawValue)" }.joined(separator: " or "))"
    return DaemonFailure(
      message: "\(directory.data) has no snapshot that covers revision \(revision.rawValue): "
        + others,
      exitCode: EX_NOINPUT)
  }
}

/// Prints what a snapshot holds.
private struct RecordPrinter: RecoverySink {
  let dump: DumpStyle

  mutating func beginSnapshot() {}
  mutating func restore(_ entry: RegistryEntry) { print(["registry_entry": entry.json]) }
  mutating func restore(_ user: consuming UserRecord) { print(["user": user.json]) }
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {
    print(["token": record.json(dump), "usage": usage == .none ? nil : usage.json])
  }
  mutating func restore(_ entry: IdempotencyEntry) { print(["idempotency": entry.json(dump)]) }
  mutating func restore(_ event: consuming Event) { print(["event": event.json]) }
  mutating func replay(_ entry: consuming JournalEntry) {}

  private func print(_ members: KeyValuePairs<String, JSON?>) {
    StandardOutput.write(JSON.object(members).text)
  }
}
