import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

@Suite struct JournalTests {
  let directory = TemporaryDirectory()

  @Test func `what was appended is replayed in order`() throws {
    try withJournal(directory.data) { journal in
      try journal.append(Samples.entries(1...1))
      try journal.append(Samples.entries(2...40))
      try journal.append([])
      #expect(journal.lastRevision == Revision(rawValue: 40))
    }
    let opened = try Opened.read(directory.data)
    #expect(opened.state.replayed == Samples.entries(1...40))
    #expect(opened.report.lastRevision == Revision(rawValue: 40))
    #expect(opened.report.highestTime == Samples.entry(40).at)
    #expect(opened.report.tornTail == nil)
    #expect(!opened.report.wasSealed)
  }

  @Test func `a journal goes on where it was closed`() throws {
    for round in 0..<5 {
      var state = State()
      if round == 0 { _ = try DataDirectory(creating: directory.data, on: PosixDisk()) }
      var journal = try Journal(
        opening: DataDirectory(opening: directory.data, on: PosixDisk()), into: &state)
      let report = journal.recovery
      #expect(report.wasSealed == (round > 0))
      #expect(state.replayed.count == round * 10)
      let first = UInt64(round * 10 + 1)
      try journal.append(Samples.entries(first...first + 9))
      try journal.seal()
    }
    #expect(try Opened.read(directory.data).state.replayed == Samples.entries(1...50))
  }

  @Test func `segments follow one another`() throws {
    for round in UInt64(0)..<4 {
      try withJournal(directory.data, segmentBytes: 1_000) { journal in
        for revision in round * 20 + 1...round * 20 + 20 {
          try journal.append([Samples.entry(revision)])
        }
      }
    }
    let segments = Files.names(in: directory.data + "/journal")
    #expect(segments.count > 5)
    #expect(segments[0] == "00000000000000000001.segment")
    let opened = try Opened.read(directory.data)
    #expect(opened.state.replayed == Samples.entries(1...80))
  }

  @Test func `a second opening is refused by the lock`() throws {
    try withJournal(directory.data) { journal in
      #expect(throws: JournalError.locked(directory: directory.data)) {
        _ = try DataDirectory(opening: directory.data, on: PosixDisk())
      }
    }
    _ = try DataDirectory(opening: directory.data, on: PosixDisk())
  }

  @Test func `an empty, a foreign and a made directory are told apart`() throws {
    let disk = PosixDisk()
    let path = directory.data
    #expect(try DataDirectory.contents(of: path, on: disk) == .empty)
    #expect(throws: JournalError.empty(directory: path)) {
      _ = try DataDirectory(opening: path, on: disk)
    }
    try disk.createDirectory(path)
    Files.write([1], to: path + "/photo.jpg")
    #expect(throws: JournalError.foreign(directory: path, entry: "photo.jpg")) {
      _ = try DataDirectory(opening: path, on: disk)
    }
    #expect(throws: JournalError.foreign(directory: path, entry: "photo.jpg")) {
      _ = try DataDirectory(creating: path, on: disk)
    }
    Files.remove(path + "/photo.jpg")
    _ = try DataDirectory(creating: path, on: disk)
    #expect(throws: JournalError.exists(directory: path)) {
      _ = try DataDirectory(creating: path, on: disk)
    }
    #expect(try DataDirectory.contents(of: path, on: disk) == .authority)
  }

  @Test func `a journal whose identity was lost is not taken for an empty directory`() throws {
    try withJournal(directory.data) { journal in
      try journal.append(Samples.entries(1...2))
    }
    Files.remove(directory.data + "/authority")
    #expect(
      try DataDirectory.contents(of: directory.data, on: PosixDisk())
        == .foreign(entry: "journal/00000000000000000001.segment"))
  }

  @Test func `files are their owner's alone`() throws {
    try withJournal(directory.data) { journal in
      try journal.append(Samples.entries(1...2))
    }
    for name in ["authority", "LOCK", "journal/00000000000000000001.segment"] {
      #expect(Files.mode(directory.data + "/" + name) == 0o600)
    }
    for name in ["", "/journal", "/snapshots"] {
      #expect(Files.mode(directory.data + name) == 0o700)
    }
  }
}
