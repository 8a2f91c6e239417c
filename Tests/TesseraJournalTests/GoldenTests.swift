import Foundation
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// A data directory of format 1 that is committed, and must load in every version to come.
///
/// It was written once by `write`, which stays here to say what is in it.
@Suite struct GoldenTests {
  private static let golden =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Golden/format-1"
    ).path

  /// How many edge values there were when it was written; those of later fields come after them.
  private static let recordCount = 117

  /// The changes in it: every edge value of every field, and then some that are plain.
  private static var entries: [JournalEntry] {
    var entries: [JournalEntry] = []
    func add(_ mutation: Mutation, _ actor: Actor) {
      let revision = UInt64(entries.count + 1)
      entries.append(
        JournalEntry(
          revision: Revision(rawValue: revision),
          at: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(revision)), actor: actor,
          mutation: mutation))
    }
    for (index, record) in Samples.edgeRecords.prefix(recordCount).enumerated() {
      var record = record
      // Each change is to a token of its own, but for the ids that are edge values themselves.
      if index >= Samples.ids.count { record.id = Samples.id(UInt64(1_000 + index)) }
      let idempotency = index % 4 == 0 ? Samples.idempotency(UInt64(index)) : nil
      add(.putToken(record, idempotency: idempotency), Samples.actors[index % Samples.actors.count])
    }
    let revocation = Revocation(at: .latest, by: .certificate("ops"), reason: "left")
    add(.revokeTokens((1_010..<1_030).map { Samples.id($0) }, revocation), .offline("init"))
    add(.revokeTokens([], revocation), .offline("init"))
    return entries
  }

  /// Makes the directory: batches of one to five changes, segments of 8 KiB, two snapshots, closed.
  private static func write(to path: String) throws {
    let disk = PosixDisk()
    _ = try DataDirectory(creating: path, authority: AuthorityID(high: 7, low: 9), on: disk)
    var state = State()
    var journal = try Journal(
      opening: DataDirectory(opening: path, on: disk), .init(segmentBytes: 8_192), into: &state)
    var rest = entries[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(1 + rest.count % 5))
      rest = rest.dropFirst(batch.count)
      try journal.append(batch)
      for entry in batch { state.apply(entry) }
      if [100, 60].contains(where: { rest.count <= $0 && rest.count + batch.count > $0 }) {
        try writeSnapshot(journal.snapshotPlan(), of: state)
      }
    }
    try journal.seal()
  }

  @Test(.enabled(if: ProcessInfo.processInfo.environment["TESSERA_WRITE_GOLDEN"] != nil))
  func `write the golden directory anew`() throws {
    Files.remove(GoldenTests.golden)
    try GoldenTests.write(to: GoldenTests.golden)
    Files.remove(GoldenTests.golden + "/LOCK")
  }

  @Test func `the golden directory loads`() throws {
    let temporary = TemporaryDirectory()
    Files.copy(GoldenTests.golden, to: temporary.data)
    let reports = try DataDirectory(opening: temporary.data, on: PosixDisk()).verify()
    #expect(reports.count > 4)
    #expect(reports.allSatisfy { $0.finding == .intact })
    let opened = try Opened.read(temporary.data)
    #expect(opened.report.wasSealed)
    #expect(opened.report.lastRevision.rawValue == UInt64(GoldenTests.recordCount + 2))
    #expect(opened.report.snapshot != nil)
    #expect(opened.report.entries > 50)
    #expect(opened.state.settled == .after(GoldenTests.entries))
  }

  @Test func `the golden directory loads without its snapshots' help`() throws {
    let temporary = TemporaryDirectory()
    Files.copy(GoldenTests.golden, to: temporary.data)
    for name in Files.names(in: temporary.data + "/snapshots").suffix(1) {
      Files.remove(temporary.data + "/snapshots/" + name)
    }
    #expect(try Opened.read(temporary.data).state.settled == .after(GoldenTests.entries))
  }
}
