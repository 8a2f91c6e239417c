import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// What a start would do is told without doing it, and what a cut would lose before it is made.
@Suite struct CuttingTests {
  private let data = "/data"

  /// Changes 1 to 30 in several segments, with snapshots that cover 8 and 17.
  private func disk(isClosed: Bool = false) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 1200, on: disk) { journal in
      for revision in UInt64(1)...30 {
        try journal.append([Samples.entry(revision)])
        if revision == 8 || revision == 17 {
          try writeSnapshot(
            journal.snapshotPlan(), of: .after(Samples.entries(1...revision)))
        }
      }
      if isClosed { try journal.seal() }
    }
    return disk
  }

  private func contents(_ disk: SimulatedDisk) -> [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: disk.paths.map { ($0, disk[$0] ?? []) })
  }

  private func segments(_ disk: SimulatedDisk) -> [String] {
    disk.paths.filter { $0.hasSuffix(".segment") }
  }

  /// One change to the files, as bad hardware and hasty operators make them.
  private func spoil(_ disk: SimulatedDisk, using random: inout SeededGenerator) {
    let files = disk.paths.filter { $0.hasSuffix(".segment") || $0.hasSuffix(".snapshot") }
    guard let path = files.randomElement(using: &random), let bytes = disk[path] else { return }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: disk[path] = nil
    case 1, 2: disk[path] = Array(bytes.prefix(.random(in: 0...bytes.count, using: &random)))
    case 3: disk[path] = bytes + [0, 1, 2]
    default:
      guard !bytes.isEmpty else { return }
      let byte = Int.random(in: 0..<bytes.count, using: &random)
      disk[path]![byte] ^= 1 << UInt8.random(in: 0...7, using: &random)
    }
  }

  @Test func `a forecast says what a start then does, and a cut makes it go`() throws {
    var random = SeededGenerator.announced()
    var stopped = 0
    var cut = 0
    for round in 0..<200 {
      let disk = try disk(isClosed: round % 2 == 0)
      for _ in 0..<Int.random(in: 1...2, using: &random) { spoil(disk, using: &random) }
      let before = contents(disk)
      let forecast = try DirectoryView(of: data, on: disk).forecast()
      let plan = Result { () throws(JournalError) in
        try DirectoryView(of: data, on: disk).cutPlan()
      }
      #expect(contents(disk) == before, "looking changes nothing")
      switch forecast {
      case .starts(let report):
        #expect(try plan.get() == nil)
        let opened = try Opened.read(data, on: disk)
        #expect(opened.report == report)
      case .stops(let reason):
        stopped += 1
        #expect(throws: reason) { try Opened.read(data, on: disk.copy()) }
        guard case .success(let made) = plan else { continue }
        cut += 1
        try check(try #require(made), on: disk, before)
      }
    }
    #expect(stopped > 25 && cut > 15, "\(stopped) starts stopped, \(cut) were helped")
  }

  private func check(
    _ plan: CutPlan, on disk: SimulatedDisk, _ before: [String: [UInt8]]
  ) throws {
    do {
      let copies = try DataDirectory(opening: data, on: disk).carryOut(plan)
      #expect(copies.count == plan.cuts.count + plan.segments.count + plan.snapshots.count)
      for (cut, copy) in zip(plan.cuts, copies) {
        #expect(disk[copy] == Array(before[cut.file]!.dropFirst(cut.offset)))
      }
      for path in plan.segments + plan.snapshots {
        #expect(copies.contains { disk[$0] == before[path] } && disk[path] == nil)
      }
    }
    let opened = try Opened.read(data, on: disk)
    #expect(opened.report.lastRevision == plan.last)
    let expected =
      plan.last == .zero ? State() : State.after(Samples.entries(1...plan.last.rawValue))
    #expect(opened.state.settled.tokens == expected.tokens)
    #expect(opened.state.settled.users == expected.users)
    #expect(try DirectoryView(of: data, on: disk).cutPlan() == nil)
    // It goes on from there.
    try withJournal(data, on: disk) { journal in
      try journal.append([Samples.entry(plan.last.rawValue + 1)])
    }
    #expect(try Opened.read(data, on: disk).report.lastRevision == plan.last.next)
  }

  @Test func `what is lost is counted as far as it can be read`() throws {
    let disk = SimulatedDisk()
    let revocation = Revocation(at: Samples.entry(1).at, by: .offline("test"), reason: "")
    try withJournal(data, segmentBytes: 1 << 20, on: disk) { journal in
      for revision in UInt64(1)...6 {
        var entry = Samples.entry(revision)
        if revision == 5 { entry.mutation = .revokeTokens([Samples.id(1)], revocation) }
        try journal.append([entry])
      }
      try journal.seal()
    }
    let segment = segments(disk)[0]
    // In the third of the frames.
    var offset = FileHeader.byteCount
    for _ in 0..<2 {
      let length = disk[segment]![offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
      offset += DiskFrameHeader.byteCount + length
    }
    disk[segment]![offset + 30] ^= 1
    let plan = try #require(try DirectoryView(of: data, on: disk).cutPlan())
    #expect(plan.last == Revision(rawValue: 2))
    #expect(plan.cuts.map(\.offset) == [offset])
    #expect(plan.lost.revisions == Revision(rawValue: 3)...Revision(rawValue: 6))
    #expect(plan.lost.readable == 3)
    #expect(plan.lost.revocations == 1)
    #expect(plan.lost.revokedTokens == [Samples.id(1)])
    #expect(plan.lost.unreadableBytes > DiskFrameHeader.byteCount)
  }

  /// Flips a bit in the frame of one change, wherever it is.
  private func spoil(change revision: UInt64, on disk: SimulatedDisk) throws {
    let path = try #require(
      segments(disk).last { path in
        Layout.revision(in: String(path.split(separator: "/").last ?? ""), suffix: "segment")
          .map { $0.rawValue <= revision } == true
      })
    var offset = FileHeader.byteCount
    while true {
      let bytes = Array(try #require(disk[path]).dropFirst(offset))
      let frame = unsafe DiskFrameHeader(reading: bytes.span.bytes)
      if frame.kind == .batch, frame.revision.rawValue == revision { break }
      offset += DiskFrameHeader.byteCount + frame.length
    }
    disk[path]![offset + 30] ^= 1
  }

  struct Spoilt: Sendable {
    let changes: [UInt64]
    /// Whether bytes are unreadable of which nothing is lost, and whether others are.
    let keeps: Bool
    let loses: Bool
    let readable: Int
  }

  @Test(arguments: [
    Spoilt(changes: [16], keeps: true, loses: false, readable: 13),
    Spoilt(changes: [16, 17], keeps: true, loses: false, readable: 13),
    // Where one ends and the other begins cannot be seen.
    Spoilt(changes: [17, 18], keeps: false, loses: true, readable: 12),
    Spoilt(changes: [16, 20], keeps: true, loses: true, readable: 12),
    Spoilt(changes: [16, 30], keeps: true, loses: true, readable: 12),
  ])
  func `of bytes that cannot be read those are lost that no snapshot covers`(
    _ spoilt: Spoilt
  ) throws {
    let disk = try disk(isClosed: true)
    for change in spoilt.changes { try spoil(change: change, on: disk) }
    let plan = try #require(try DirectoryView(of: data, on: disk).cutPlan())
    #expect(plan.last == Revision(rawValue: 17) && plan.newSegment == plan.last.next)
    #expect((plan.lost.unreadableKeptBytes > 0) == spoilt.keeps)
    #expect((plan.lost.unreadableBytes > 0) == spoilt.loses)
    #expect(plan.lost.readable == spoilt.readable)
    #expect(plan.lost.revisions?.lowerBound == Revision(rawValue: 18))
  }

  @Test func `what a later version wrote is never cut`() throws {
    let disk = try disk()
    let path = segments(disk).last!
    var header = Array(disk[path]!.prefix(60))
    header[8] = 2
    let checksum = unsafe CRC32C(of: header.span.bytes).rawValue
    let tail = (0..<4).map { UInt8(truncatingIfNeeded: checksum >> ($0 * 8)) }
    disk[path] = header + tail + disk[path]!.dropFirst(64)
    let error = #expect(throws: JournalError.self) {
      try DirectoryView(of: data, on: disk).cutPlan()
    }
    guard case .unsupported = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `a directory that is open elsewhere is looked at all the same, and never cut`() throws
  {
    let disk = try disk()
    let open = try DataDirectory(opening: data, on: disk)
    let view = try DirectoryView(of: data, on: disk)
    let isInUse = view.isInUse
    #expect(isInUse)
    #expect(try view.inspect().isIntact)
    #expect(throws: JournalError.locked(directory: data)) {
      _ = try DataDirectory(opening: data, on: disk)
    }
    _ = open.path
  }
}
