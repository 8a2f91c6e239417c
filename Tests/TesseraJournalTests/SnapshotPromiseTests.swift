import Glibc
import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

// What a snapshot is good for when something else has failed, and when it counts.
extension SnapshotTests {
  /// The places in a file where its frames begin, and its end.
  private func frames(of file: [UInt8]) -> [Int] {
    var places = [FileHeader.byteCount]
    while let place = places.last, place < file.count {
      let length = file[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
      places.append(place + DiskFrameHeader.byteCount + length)
    }
    return places
  }

  @Test func `a snapshot that is passed over tells how far the journal was`() throws {
    let disk = try disk(20, snapshots: [8, 17], segmentBytes: 1 << 20)
    let segment = files(disk, ".segment")[0]
    let snapshot = files(disk, ".snapshot")[1]
    disk[segment] = Array(disk[segment]!.prefix(frames(of: disk[segment]!)[12]))
    disk[snapshot]![FileHeader.byteCount + 40] ^= 1
    let error = #expect(throws: JournalError.self) { try Opened.read(data, on: disk.copy()) }
    #expect("\(try #require(error))".contains(snapshot))
    let plan = try #require(try DirectoryView(of: data, on: disk).cutPlan())
    #expect(plan.snapshots == [snapshot] && plan.last.rawValue == 12)
    #expect(plan.lost.revisions == Revision(rawValue: 13)...Revision(rawValue: 17))
    _ = try DataDirectory(opening: data, on: disk).carryOut(plan)
    #expect(try Opened.read(data, on: disk).state.settled == expected(12))
  }

  @Test func `what only a snapshot tells of that goes is told before`() throws {
    let disk = SimulatedDisk()
    let revocation = Revocation(at: Samples.entry(1).at, by: .offline("test"), reason: "")
    var entries: [JournalEntry] = []
    try withJournal(data, on: disk) { journal in
      var plan = journal.snapshotPlan()
      for revision in UInt64(1)...9 {
        // It holds the last change, which it does not cover: by itself it is no whole state.
        if revision == 9 { plan = journal.snapshotPlan() }
        var entry = Samples.entry(revision)
        entry.mutation = .putToken(Samples.record(revision), idempotency: nil)
        // The third is revoked where the journal is kept, the fourth where it is not.
        if revision == 6 { entry.mutation = .revokeTokens([Samples.id(3)], revocation) }
        if revision == 8 { entry.mutation = .revokeTokens([Samples.id(4)], revocation) }
        entries.append(entry)
        try journal.append([entry])
      }
      try writeSnapshot(plan, of: .after(entries), through: journal.lastRevision)
    }
    let segment = files(disk, ".segment")[0]
    disk[segment] = Array(disk[segment]!.prefix(frames(of: disk[segment]!)[6]))
    let plan = try #require(try DirectoryView(of: data, on: disk).cutPlan())
    #expect(plan.last.rawValue == 6)
    #expect(plan.lost.revisions == Revision(rawValue: 7)...Revision(rawValue: 9))
    #expect(plan.lost.readable == 0)
    #expect(plan.lost.tokensRevokedInSnapshots == [Samples.id(4)])
  }

  @Test func `what was written counts when a start could read it, and not before`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
      let plan = journal.snapshotPlan()
      let error = #expect(throws: JournalError.self) {
        var writer = try SnapshotWriter(plan)
        // Its checksums are right, and no record looks like this.
        try writer.append(.tokens) { $0.append(field: 9, varint: 1) }
        _ = try writer.finish(
          through: Revision(rawValue: 3), highestTime: Timestamp(microseconds: 5))
      }
      guard case .unsupported = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    #expect(files(disk, ".snapshot").isEmpty && files(disk, ".partial").isEmpty)
  }

  @Test func `while it is read back, memory is not asked`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
      disk.fail(.init(call: .fadvise, errno: EINVAL))
      let before = disk.disturbances
      try writeSnapshot(journal.snapshotPlan(), of: expected(3))
      #expect(disk.disturbances == before + 1, "it was asked for, and is no reason to fail")
    }
    #expect(try Opened.read(data, on: disk).report.snapshot?.rawValue == 3)
  }

  @Test func `nothing is removed after the journal has ended`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 900, on: disk) { journal in
      var number: UInt64 = 0
      for _ in 0..<2 {
        for _ in 0..<10 {
          number += 1
          try journal.append([Samples.entry(number)])
        }
        try writeSnapshot(journal.snapshotPlan(), of: expected(number))
      }
      for _ in 0..<10 {
        number += 1
        try journal.append([Samples.entry(number)])
      }
      let plan = journal.snapshotPlan()
      disk.fail(.init(call: .fdatasync))
      #expect(throws: JournalError.self) { try journal.append([Samples.entry(number + 1)]) }
      let before = Set(disk.paths)
      let summary = try writeSnapshot(plan, of: expected(number))
      #expect(summary.removed.isEmpty && before.isSubset(of: disk.paths))
    }
  }
}
