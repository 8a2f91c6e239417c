import Glibc
import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

@Suite struct FullDiskTests {
  private let data = "/data"
  private let first = "/data/journal/00000000000000000001.segment"
  private let reserve = 4_096

  /// Appends changes of one each until one is refused, which must be for want of room.
  private func fill(_ journal: inout Journal<SimulatedDisk>) throws {
    while true {
      do throws(JournalError) {
        try journal.append([Samples.entry(journal.lastRevision.rawValue + 1)])
      } catch {
        try #require(error.isDiskFull)
        return
      }
    }
  }

  /// A disk that is full but for what the journal has set aside.
  private func fullDisk(
    segmentBytes: Int = 64 << 20,
    _ body: (SimulatedDisk, inout Journal<SimulatedDisk>) throws -> Void
  ) throws {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: segmentBytes, reserveBytes: reserve, on: disk) { journal in
      try journal.restoreReserve()
      disk.capacity = disk.taken
      try fill(&journal)
      try body(disk, &journal)
    }
  }

  private func expect(lacksRoom expected: Bool, _ journal: borrowing Journal<SimulatedDisk>) {
    let lacksRoom = journal.lacksRoom
    #expect(lacksRoom == expected)
  }

  private func recovered(_ disk: SimulatedDisk) throws -> [JournalEntry] {
    disk.capacity = .max
    var random = SeededGenerator.announced()
    disk.restart(using: &random)
    return try Opened.read(data, on: disk).state.replayed
  }

  @Test func `a full disk refuses a change before anything of it is written`() throws {
    try fullDisk { disk, journal in
      let count = journal.lastRevision.rawValue
      #expect(count > 0)
      expect(lacksRoom: true, journal)
      let before = disk[first]
      #expect(throws: JournalError.self) {
        try journal.append(Samples.entries(count + 1...count + 3))
      }
      #expect(disk[first] == before)
      let found = try recovered(disk)
      #expect(found == Samples.entries(1...count))
    }
  }

  @Test func `revocations are written to the reserve until it is used up`() throws {
    try fullDisk { disk, journal in
      let ordinary = journal.lastRevision.rawValue
      var bytes = disk[first]!.count
      while true {
        let next = journal.lastRevision.rawValue + 1
        do throws(JournalError) {
          try journal.append([Samples.entry(next)], to: .reserve)
        } catch {
          #expect(error.isDiskFull)
          break
        }
        #expect(throws: JournalError.self) { try journal.append([Samples.entry(next + 1)]) }
      }
      bytes = disk[first]!.count - bytes
      #expect(bytes <= reserve + DiskFrameHeader.byteCount && bytes > reserve * 3 / 4)
      let count = journal.lastRevision.rawValue
      #expect(count > ordinary + 5)
      // What seals or ends the segment still has its room.
      try journal.seal()
      let found = try recovered(disk)
      #expect(found == Samples.entries(1...count))
    }
  }

  @Test func `room makes the reserve whole and changes accepted again`() throws {
    try fullDisk { disk, journal in
      let next = journal.lastRevision.rawValue + 1
      try journal.append([Samples.entry(next)], to: .reserve)
      #expect(throws: JournalError.self) { try journal.restoreReserve() }
      expect(lacksRoom: true, journal)
      // Not for a few bytes, which the next change would use up.
      disk.capacity += 2_000
      #expect(throws: JournalError.self) { try journal.restoreReserve() }
      disk.capacity += 80_000
      try journal.restoreReserve()
      expect(lacksRoom: false, journal)
      try journal.append([Samples.entry(next + 1)])
      let found = try recovered(disk)
      #expect(found == Samples.entries(1...next + 1))
    }
  }

  @Test(arguments: [0, 1, 40, 100_000])
  func `the reserve is there after a write failed and was cut`(written: Int) throws {
    let disk = SimulatedDisk()
    try withJournal(data, reserveBytes: reserve, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
      let taken = disk.taken
      disk.capacity = taken
      disk.fail(.init(call: .pwrite, written: written))
      #expect(throws: JournalError.self) { try journal.append([Samples.entry(4)]) }
      try fill(&journal)
      #expect(disk.taken >= disk[first]!.count + reserve)
      try journal.append([Samples.entry(journal.lastRevision.rawValue + 1)], to: .reserve)
    }
  }

  @Test func `on a full disk the old segment goes on, and another follows once there is room`()
    throws
  {
    try fullDisk(segmentBytes: 900) { disk, journal in
      let segments = disk.paths.filter { $0.hasSuffix(".segment") }
      for _ in 0..<12 {
        try journal.append([Samples.entry(journal.lastRevision.rawValue + 1)], to: .reserve)
      }
      #expect(disk.paths.filter { $0.contains("segment") } == segments)
      disk.capacity = .max
      for _ in 0..<12 { try journal.append([Samples.entry(journal.lastRevision.rawValue + 1)]) }
      #expect(disk.paths.filter { $0.hasSuffix(".segment") }.count > segments.count)
      let count = journal.lastRevision.rawValue
      let found = try recovered(disk)
      #expect(found == Samples.entries(1...count))
    }
  }

  @Test func `a segment that is followed by another keeps no room`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 900, reserveBytes: reserve, on: disk) { journal in
      for revision in UInt64(1)...40 { try journal.append([Samples.entry(revision)]) }
      let lengths = disk.paths.filter { $0.hasSuffix(".segment") }.dropLast()
        .reduce(0) { $0 + disk[$1]!.count }
      #expect(disk.paths.count > 4)
      #expect(disk.taken <= lengths + 2_000 + reserve + (128 << 10))
    }
  }

  @Test func `room beyond the end does not count as the file's length`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, reserveBytes: reserve, on: disk) { journal in
      try journal.restoreReserve()
      #expect(disk[first]!.count == FileHeader.byteCount)
      #expect(disk.taken >= reserve)
    }
  }

  @Test(arguments: [EOPNOTSUPP, ENOSYS])
  func `without a reserve changes are written as far as the disk goes`(errno: Int32) throws {
    let disk = SimulatedDisk()
    disk.fail(.init(call: .fallocate, errno: errno, isLasting: true))
    try withJournal(data, segmentBytes: 900, reserveBytes: reserve, on: disk) { journal in
      try journal.restoreReserve()
      let (hasReserve, failure) = (journal.hasReserve, journal.allocationFailure)
      #expect(!hasReserve && failure?.errno == errno)
      for revision in UInt64(1)...30 { try journal.append([Samples.entry(revision)]) }
      disk.capacity = disk.taken + 100
      try fill(&journal)
      let count = journal.lastRevision.rawValue
      #expect(throws: JournalError.self) {
        try journal.append([Samples.entry(count + 1)], to: .reserve)
      }
      let found = try recovered(disk)
      #expect(found == Samples.entries(1...count))
    }
  }

  @Test func `a snapshot that finds no room leaves nothing behind`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, reserveBytes: reserve, on: disk) { journal in
      try journal.append(Samples.entries(1...9))
      let taken = disk.taken
      let paths = disk.paths
      for room in [0, 1, 64, 500, 1_500] {
        disk.capacity = taken + room
        #expect(throws: JournalError.self) {
          try writeSnapshot(journal.snapshotPlan(), of: .after(Samples.entries(1...9)))
        }
        #expect(disk.paths == paths)
        #expect(disk.taken == taken)
      }
      try journal.append([Samples.entry(10)])
      let found = try recovered(disk)
      #expect(found == Samples.entries(1...10))
    }
  }

  @Test func `a start on a full disk keeps its copy of a torn end, from the reserve`() throws {
    let disk = SimulatedDisk()
    var count: UInt64 = 0
    try withJournal(data, reserveBytes: reserve, on: disk) { journal in
      try journal.restoreReserve()
      disk.capacity = disk.taken
      try fill(&journal)
      count = journal.lastRevision.rawValue
    }
    do {
      let segment = try DiskFile(first, .update, on: disk)
      let torn = [UInt8](repeating: 7, count: 1_000)
      unsafe try segment.write(torn.span.bytes, at: try segment.size())
    }
    let opened = try Opened.read(data, on: disk)
    #expect(opened.state.replayed == Samples.entries(1...count))
    #expect(opened.report.tornTail?.bytes == 1_000)
    try withJournal(data, reserveBytes: reserve, on: disk) { journal in
      #expect(throws: JournalError.self) { try journal.restoreReserve() }
      expect(lacksRoom: true, journal)
      try journal.append([Samples.entry(count + 1)], to: .reserve)
    }
    let found = try recovered(disk)
    #expect(found == Samples.entries(1...count + 1))
  }

  @Test func `what was not finished makes room for a start that needs some`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, reserveBytes: 0, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
    }
    disk[first]! += [UInt8](repeating: 7, count: 300)
    let partial = "/data/snapshots/00000000000000000003.snapshot.partial"
    disk[partial] = [UInt8](repeating: 1, count: 400)
    disk.capacity = disk.taken
    let opened = try Opened.read(data, on: disk)
    #expect(opened.report.tornTail?.bytes == 300)
    #expect(opened.state.replayed == Samples.entries(1...3))
  }
}
