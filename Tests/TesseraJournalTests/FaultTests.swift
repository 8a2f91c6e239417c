import Glibc
import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

@Suite struct FaultTests {
  private let data = "/data"
  private let first = "/data/journal/00000000000000000001.segment"

  @Test(arguments: [ENOSPC, EDQUOT, EIO], [0, 1, 23, 24, 25, 100, 100_000])
  func `a batch that could not be written does not count, and the next may`(
    errno: Int32, written: Int
  ) throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
      let before = disk[first]
      disk.fail(.init(call: .pwrite, errno: errno, written: written, isLasting: true))
      for _ in 0..<3 {
        let error = #expect(throws: JournalError.self) {
          try journal.append(Samples.entries(4...9))
        }
        #expect(try #require(error).isDiskFull == (errno != EIO))
        #expect(disk[first] == before)
      }
      disk.repair()
      try journal.append(Samples.entries(4...5))
    }
    var random = SeededGenerator.announced()
    disk.restart(using: &random)
    let opened = try Opened.read(data, on: disk)
    #expect(opened.state.replayed == Samples.entries(1...5))
    #expect(opened.report.tornTail == nil)
  }

  @Test func `a refused batch is not found after a crash, though all of it was written`() throws {
    var random = SeededGenerator.announced()
    for _ in 0..<32 {
      let disk = SimulatedDisk()
      try withJournal(data, on: disk) { journal in
        try journal.append(Samples.entries(1...3))
        disk.fail(.init(call: .pwrite, written: 100_000))
        #expect(throws: JournalError.self) { try journal.append(Samples.entries(4...4)) }
      }
      disk.restart(using: &random)
      #expect(try Opened.read(data, on: disk).state.replayed == Samples.entries(1...3))
    }
  }

  @Test func `short reads and writes are carried on with`() throws {
    let disk = SimulatedDisk()
    disk.fail(.init(call: .pwrite, written: 7, isShort: true, isLasting: true))
    disk.fail(.init(call: .pread, written: 5, isShort: true, isLasting: true))
    try withJournal(data, segmentBytes: 900, on: disk) { journal in
      for revision in UInt64(1)...12 { try journal.append([Samples.entry(revision)]) }
      try writeSnapshot(journal.snapshotPlan(), of: .after(Samples.entries(1...12)))
    }
    let opened = try Opened.read(data, on: disk)
    #expect(opened.state.settled == .after(Samples.entries(1...12)))
  }

  @Test func `a failed fdatasync ends the journal for good`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
      disk.fail(.init(call: .fdatasync))
      let ended = JournalError.ended(
        SystemError("fdatasync", errno: EIO, subject: first))
      #expect(throws: ended) { try journal.append(Samples.entries(4...4)) }
      // The disk would take it now; what was lost before cannot be known.
      let calls = disk.calls
      #expect(throws: ended) { try journal.append(Samples.entries(4...4)) }
      #expect(disk.calls == calls)
      #expect(journal.lastRevision == Revision(rawValue: 3))
    }
  }

  @Test func `what only memory held after a failed fdatasync is durable once it was recovered`()
    throws
  {
    var random = SeededGenerator.announced()
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      try journal.append(Samples.entries(1...3))
      disk.fail(.init(call: .fdatasync))
      #expect(throws: JournalError.self) { try journal.append(Samples.entries(4...8)) }
    }
    // The process starts again, and reads what the kernel still has in memory.
    let recovered = try Opened.read(data, on: disk).state.replayed
    #expect(recovered == Samples.entries(1...8))
    disk.restart(using: &random)
    #expect(try Opened.read(data, on: disk).state.replayed == recovered)
  }

  /// Connections may take all there are.
  @Test(arguments: [EMFILE, ENFILE, EIO])
  func `without a descriptor for the next segment the one before goes on`(errno: Int32) throws {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 900, on: disk) { journal in
      disk.fail(.init(call: .open, errno: errno, isLasting: true))
      for revision in UInt64(1)...30 { try journal.append([Samples.entry(revision)]) }
      let (failure, refused) = (journal.failure, journal.rotationFailure)
      #expect(failure == nil && refused?.errno == errno)
      let before = disk.paths.count { $0.hasSuffix(".segment") }
      #expect(before == 1)
      disk.repair()
      for revision in UInt64(31)...40 { try journal.append([Samples.entry(revision)]) }
      let after = disk.paths.count { $0.hasSuffix(".segment") }
      let still = journal.rotationFailure
      #expect(after > 1 && still == nil)
    }
    #expect(try Opened.read(data, on: disk).state.replayed == Samples.entries(1...40))
  }

  @Test(arguments: [DiskCall.open, .pwrite, .fdatasync, .rename, .fsync])
  func `a rotation that fails loses nothing`(call: DiskCall) throws {
    var random = SeededGenerator.announced()
    for after in 0..<4 {
      let disk = SimulatedDisk()
      var acknowledged: UInt64 = 0
      try withJournal(data, segmentBytes: 900, on: disk) { journal in
        disk.fail(.init(call: call, after: 4 + after))
        for _ in 0..<30 {
          do {
            try journal.append([Samples.entry(acknowledged + 1)])
            acknowledged += 1
          } catch {
            if journal.failure != nil { break }
          }
        }
      }
      disk.restart(using: &random)
      let count = UInt64(try Opened.read(data, on: disk).state.replayed.count)
      #expect(count >= acknowledged && count <= acknowledged + 1)
    }
  }

  @Test func `a machine that stops while a failed rotation is taken back loses nothing`() throws {
    var random = SeededGenerator.announced()
    for refused in 0..<12 {
      for call in 0..<60 {
        let disk = SimulatedDisk()
        var acknowledged: UInt64 = 0
        try withJournal(data, segmentBytes: 900, on: disk) { journal in
          disk.fail(.init(call: .pwrite, after: refused, written: 100_000))
          disk.stop(atCall: disk.calls + call)
          for _ in 0..<12 where journal.failure == nil {
            do {
              try journal.append([Samples.entry(acknowledged + 1)])
              acknowledged += 1
            } catch {}
          }
        }
        disk.restart(using: &random)
        let count = UInt64(try Opened.read(data, on: disk).state.replayed.count)
        #expect(count >= acknowledged && count <= acknowledged + 1)
      }
    }
  }

  @Test func `a start that is cut short after a rotation failed loses nothing`() throws {
    var random = SeededGenerator.announced()
    for call in 0..<60 {
      for _ in 0..<8 {
        let disk = SimulatedDisk()
        var acknowledged: UInt64 = 0
        try withJournal(data, segmentBytes: 900, on: disk) { journal in
          // The new segment's name is in memory, and may not be on disk.
          disk.fail(.init(call: .fsync, after: 1))
          while journal.failure == nil {
            do {
              try journal.append([Samples.entry(acknowledged + 1)])
              acknowledged += 1
            } catch {}
          }
        }
        disk.stop(atCall: disk.calls + call)
        _ = try? Opened.read(data, on: disk)
        disk.restart(using: &random)
        let count = UInt64(try Opened.read(data, on: disk).state.replayed.count)
        #expect(count >= acknowledged && count <= acknowledged + 1)
      }
    }
  }

  @Test func `an error on the way in is the disk's, and another attempt succeeds`() throws {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 900, on: disk) { journal in
      for revision in UInt64(1)...12 { try journal.append([Samples.entry(revision)]) }
      try writeSnapshot(journal.snapshotPlan(), of: .after(Samples.entries(1...12)))
    }
    for call: DiskCall in [
      .open, .fstat, .pread, .pwrite, .fdatasync, .flock, .opendir, .fsync,
    ] {
      disk.fail(.init(call: call))
      let error = #expect(throws: JournalError.self) { try Opened.read(data, on: disk) }
      guard case .disk = error else {
        Issue.record("\(call): \(String(describing: error))")
        continue
      }
      #expect(try Opened.read(data, on: disk).state.settled == .after(Samples.entries(1...12)))
    }
  }
}
