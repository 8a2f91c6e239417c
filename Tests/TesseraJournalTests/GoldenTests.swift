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
  private static let recordCount = 142
  private static let entryCount = 77
  private static let userCount = 62

  /// The changes in it: every edge value of every field, every kind of mutation and of event, and
  /// then some that are plain.
  private static var entries: [JournalEntry] {
    var entries: [JournalEntry] = []
    func add(_ mutation: Mutation, _ actor: Actor? = nil) {
      let index = entries.count
      let revision = UInt64(index + 1)
      entries.append(
        JournalEntry(
          revision: Revision(rawValue: revision),
          at: Timestamp(microseconds: 1_700_000_000_000_000 + Int64(revision)),
          actor: actor ?? Samples.actors[index % Samples.actors.count],
          kind: EventKind.allCases[index % EventKind.allCases.count],
          changes: Samples.fieldChanges[index % Samples.fieldChanges.count], mutation: mutation))
    }
    for entry in Samples.edgeEntries.prefix(entryCount) { add(.putEntry(entry)) }
    for user in Samples.edgeUsers.prefix(userCount) { add(.putUser(user)) }
    for (index, record) in Samples.edgeRecords.prefix(recordCount).enumerated() {
      var record = record
      // Each change is to a token of its own, but for the ids that are edge values themselves.
      if index >= Samples.ids.count { record.id = Samples.id(UInt64(1_000 + index)) }
      let idempotency = index % 4 == 0 ? Samples.idempotency(UInt64(index)) : nil
      add(.putToken(record, idempotency: idempotency))
    }
    let revocation = Revocation(at: .latest, by: .certificate("ops"), reason: "left")
    add(.revokeTokens((1_010..<1_030).map { Samples.id($0) }, revocation), .offline("init"))
    add(.revokeTokens([], revocation), .offline("init"))
    add(.putTokens((2_000..<2_010).map { Samples.record($0) }))
    add(.putTokens([]))
    add(.removeTokens((1_040..<1_050).map { Samples.id($0) }))
    add(.removeTokens([]))
    for key in Samples.keys.prefix(20) { add(.removeEntry(key, revocation)) }
    add(.removeUser("u", revocation))
    add(.removeUser("a.b~c_d-e", revocation))
    return entries
  }

  /// What was used: nobody knows it but the snapshots, the first of which was written before there
  /// were these tokens.
  private static var usage: [TokenID: TokenUsage] {
    var usage: [TokenID: TokenUsage] = [:]
    for (index, used) in Samples.usages.enumerated() where used != .none {
      usage[Samples.id(UInt64(1_003 + index))] = used
    }
    return usage
  }

  /// Makes the directory: batches of one to five changes, segments of 16 KiB, two snapshots, a
  /// seal.
  private static func write(to path: String) throws {
    let disk = PosixDisk()
    _ = try DataDirectory(creating: path, authority: AuthorityID(high: 7, low: 9), on: disk)
    var state = State()
    var journal = try Journal(
      opening: DataDirectory(opening: path, on: disk), .init(segmentBytes: 16_384), into: &state)
    var rest = entries[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(1 + rest.count % 5))
      rest = rest.dropFirst(batch.count)
      try journal.append(batch)
      for entry in batch { state.apply(entry) }
      let last = batch[batch.count - 1].revision.rawValue
      if [20, 270].contains(where: { $0 <= last && $0 + UInt64(batch.count) > last }) {
        state.usage = usage
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

  @Test func `the golden directory's journal has every kind of mutation`() throws {
    let temporary = TemporaryDirectory()
    Files.copy(GoldenTests.golden, to: temporary.data)
    var names: Set<String> = []
    try DataDirectory(opening: temporary.data, on: PosixDisk()).view.forEachEntry { entry in
      if let name = Mirror(reflecting: entry.mutation).children.first?.label { names.insert(name) }
    }
    #expect(
      names == [
        "putToken", "putTokens", "revokeTokens", "removeTokens", "putEntry", "removeEntry",
        "putUser", "removeUser",
      ])
  }

  @Test func `the golden directory loads`() throws {
    let temporary = TemporaryDirectory()
    Files.copy(GoldenTests.golden, to: temporary.data)
    let reports = try DataDirectory(opening: temporary.data, on: PosixDisk()).view.verify()
    #expect(reports.count > 4)
    #expect(reports.allSatisfy { $0.finding == .intact })
    let opened = try Opened.read(temporary.data)
    #expect(opened.report.wasSealed)
    #expect(opened.report.lastRevision.rawValue == UInt64(GoldenTests.entries.count))
    #expect(opened.report.snapshot != nil)
    #expect(opened.report.entries > 30)
    var expected = State.after(GoldenTests.entries)
    expected.usage = GoldenTests.usage
    #expect(opened.state.settled == expected)
    let held = opened.report.records
    #expect(held.registryEntries > 20 && held.users > 3 && held.tokens > 100)
    #expect(held.idempotencyEntries > 20 && held.events > 200)
    #expect(Set(opened.state.events.map(\.kind)) == Set(EventKind.allCases))
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
