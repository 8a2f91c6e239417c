import Glibc
import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// A medium that no longer gives back a file.
@Suite struct MediumTests {
  private let data = "/data"

  /// Changes 1 to 30 in several segments, with snapshots that cover 8 and 17.
  private func disk() throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 1200, on: disk) { journal in
      for revision in UInt64(1)...30 {
        try journal.append([Samples.entry(revision)])
        if revision == 8 || revision == 17 {
          try writeSnapshot(journal.snapshotPlan(), of: .after(Samples.entries(1...revision)))
        }
      }
    }
    return disk
  }

  @Test func `a snapshot that cannot be read is passed over and set aside`() throws {
    let disk = try disk()
    let snapshot = try #require(disk.paths.last { $0.hasSuffix(".snapshot") })
    disk.makeUnreadable(snapshot)
    let opened = try Opened.read(data, on: disk)
    #expect(opened.state.settled == .after(Samples.entries(1...30)))
    #expect(opened.report.snapshot == Revision(rawValue: 8))
    #expect(opened.report.damagedSnapshots.map(\.file) == [snapshot])
    #expect(disk.paths.contains(snapshot + ".bad"))
    #expect(try Opened.read(data, on: disk).report.damagedSnapshots == [])
  }

  @Test func `an older snapshot that cannot be read is set aside, and its journal kept`() throws {
    let disk = try disk()
    let older = try #require(disk.paths.last { $0.hasSuffix(".snapshot") })
    let segments = disk.paths.filter { $0.hasSuffix(".segment") }
    try withJournal(data, segmentBytes: 1200, on: disk) { journal in
      disk.makeUnreadable(older)
      try writeSnapshot(journal.snapshotPlan(), of: .after(Samples.entries(1...30)))
    }
    #expect(disk.paths.contains(older + ".bad"))
    #expect(segments.allSatisfy(disk.paths.contains))
  }

  @Test func `a segment that cannot be read stops the start, and all files are reported`() throws {
    let disk = try disk()
    let segment = try #require(disk.paths.last { $0.hasSuffix(".segment") })
    let paths = disk.paths
    disk.makeUnreadable(segment)
    let error = JournalError.disk(
      SystemError("pread", errno: EIO, subject: "\(segment), at offset 0 or after it"))
    #expect(throws: error) { try Opened.read(data, on: disk) }
    let found = try DirectoryView(of: data, on: disk).inspect()
    #expect(found.start == .stops(error))
    #expect(found.files.filter(\.isFaulty).map(\.path) == [segment])
    #expect(throws: error) { try DirectoryView(of: data, on: disk).cutPlan() }
    #expect("\(error)".contains("offset 0") && "\(error)".contains(segment))
    #expect(disk.paths == paths)
  }
}
