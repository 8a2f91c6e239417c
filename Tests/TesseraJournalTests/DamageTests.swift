import SimulatedMachine
import Testing
import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

@testable import TesseraJournal

@Suite struct DamageTests {
  private let data = "/data"
  private let first = "/data/journal/00000000000000000001.segment"

  /// A journal of one change a batch; `close` says whether it ends with a seal.
  private func journal(
    _ count: UInt64, segmentBytes: Int = 1 << 20, close: Bool = false
  ) throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    _ = try DataDirectory(creating: data, authority: AuthorityID(high: 7, low: 9), on: disk)
    var state = State()
    var journal = try Journal(
      opening: DataDirectory(opening: data, on: disk), .init(segmentBytes: segmentBytes),
      into: &state)
    for revision in 1...count { try journal.append([Samples.entry(revision)]) }
    if close { try journal.seal() }
    return disk
  }

  /// Where the frames of a segment end; first the header's end.
  private func boundaries(of bytes: [UInt8]) -> [Int] {
    var ends = [FileHeader.byteCount]
    let buffer = unsafe ByteBuffer(copying: bytes.span.bytes)
    while let end = ends.last, end < bytes.count {
      let header = DiskFrameHeader(reading: buffer.bytes.extracting(end..<bytes.count))
      ends.append(end + DiskFrameHeader.byteCount + header.length)
    }
    return ends
  }

  @Test func `cut short anywhere, the last segment gives its whole frames`() throws {
    let disk = try journal(6)
    let whole = try #require(disk[first])
    let ends = boundaries(of: whole)
    #expect(ends.count == 7)
    for size in 0...whole.count {
      let cut = disk.copy()
      cut[first] = Array(whole.prefix(size))
      if size < FileHeader.byteCount {
        #expect(
          throws: JournalError.damaged(
            Damage(first, at: 0, "the file is shorter than its header"))
        ) { try Opened.read(data, on: cut) }
        #expect(cut[first]?.count == size)
        continue
      }
      let opened = try Opened.read(data, on: cut)
      let frames = ends.lastIndex { $0 <= size }!
      #expect(opened.state.replayed == Array(Samples.entries(1...6).prefix(frames)))
      let torn = size - ends[frames]
      #expect(opened.report.tornTail?.bytes == (torn == 0 ? nil : torn))
      #expect(cut[first] == Array(whole.prefix(ends[frames])))
      if let tail = opened.report.tornTail {
        #expect(tail.copy == "\(first).torn-\(ends[frames])")
        #expect(cut[tail.copy] == Array(whole[ends[frames]..<size]))
      }
      // What was cut is gone for good, and the journal goes on.
      #expect(try Opened.read(data, on: cut).report.tornTail == nil)
    }
  }

  @Test func `cut short anywhere, an earlier segment stops the start`() throws {
    let disk = try journal(12, segmentBytes: 900)
    let whole = try #require(disk[first])
    #expect(disk.paths.filter { $0.hasSuffix(".segment") }.count >= 3)
    for size in 0..<whole.count {
      let cut = disk.copy()
      cut[first] = Array(whole.prefix(size))
      #expect(throws: JournalError.self) { try Opened.read(data, on: cut) }
      #expect(cut[first]?.count == size)
    }
  }

  @Test func `every flipped bit of a closed journal is found, or is in the seal`() throws {
    let disk = try journal(9, segmentBytes: 900, close: true)
    let segments = disk.paths.filter { $0.hasSuffix(".segment") }
    #expect(segments.count == 2)
    let sealStart = disk[segments[1]]!.count - DiskFrameHeader.byteCount
    var harmless = 0
    for path in segments + ["/data/authority"] {
      let whole = disk[path]!
      for bit in 0..<whole.count * 8 {
        let flipped = disk.copy()
        flipped[path]![bit / 8] ^= 1 << (bit % 8)
        do {
          let opened = try Opened.read(data, on: flipped)
          #expect(path == segments[1] && bit / 8 >= sealStart)
          #expect(opened.state.replayed == Samples.entries(1...9))
          #expect(opened.report.tornTail?.offset == sealStart)
          harmless += 1
        } catch {
          #expect(!"\(error)".isEmpty)
        }
      }
    }
    #expect(harmless == DiskFrameHeader.byteCount * 8)
  }

  @Test func `a flipped bit in the last batch of a crashed journal is cut as torn`() throws {
    let disk = try journal(4)
    let whole = disk[first]!
    let lastStart = boundaries(of: whole)[3]
    for bit in lastStart * 8..<whole.count * 8 {
      let flipped = disk.copy()
      flipped[first]![bit / 8] ^= 1 << (bit % 8)
      let opened = try Opened.read(data, on: flipped)
      #expect(opened.state.replayed == Samples.entries(1...3))
      #expect(opened.report.tornTail?.offset == lastStart)
    }
  }

  @Test func `a missing segment stops the start`() throws {
    let disk = try journal(30, segmentBytes: 900)
    let segments = disk.paths.filter { $0.hasSuffix(".segment") }
    #expect(segments.count >= 4)
    for path in segments {
      let missing = disk.copy()
      missing[path] = nil
      #expect(throws: JournalError.self) { try Opened.read(data, on: missing) }
    }
  }

  @Test func `frames in another order, twice or left out stop the start`() throws {
    let disk = try journal(4)
    let whole = disk[first]!
    let ends = boundaries(of: whole)
    let frames = (0..<4).map { Array(whole[ends[$0]..<ends[$0 + 1]]) }
    let head = Array(whole.prefix(64))
    for order in [[1, 0, 2, 3], [0, 2, 3], [0, 0, 1, 2, 3], [0, 1, 2, 3, 3], [1, 2, 3]] {
      let changed = disk.copy()
      changed[first] = head + order.flatMap { frames[$0] }
      #expect(throws: JournalError.self) { try Opened.read(data, on: changed) }
    }
  }

  @Test func `a frame from another course of the same authority breaks the chain`() throws {
    let disk = try journal(4)
    let other = SimulatedDisk()
    try withJournal(data, on: other) { journal in
      var changed = Samples.entry(1)
      changed.actor = .offline("root-token")
      try journal.append([changed])
      try journal.append(Samples.entries(2...2))
    }
    let whole = disk[first]!
    let otherWhole = other[first]!
    let ends = boundaries(of: whole)
    let otherEnds = boundaries(of: otherWhole)
    // The same change with the same revision, intact, but after another past.
    disk[first] =
      Array(whole[..<ends[1]]) + Array(otherWhole[otherEnds[1]..<otherEnds[2]])
    let error = #expect(throws: JournalError.self) { try Opened.read(data, on: disk) }
    #expect("\(try #require(error))".contains(FrameFault.wrongChain.rawValue))
  }

  @Test func `a segment or an identity of another authority stops the start`() throws {
    let disk = try journal(4)
    let other = SimulatedDisk()
    _ = try DataDirectory(creating: data, authority: AuthorityID(high: 1, low: 1), on: other)
    let foreign = disk.copy()
    foreign[first] = other[first]
    let id = AuthorityID(high: 1, low: 1)
    #expect(throws: JournalError.otherAuthority(file: first, id)) {
      try Opened.read(data, on: foreign)
    }
    let renamed = disk.copy()
    renamed["/data/authority"] = other["/data/authority"]
    #expect(throws: JournalError.otherAuthority(file: first, AuthorityID(high: 7, low: 9))) {
      try Opened.read(data, on: renamed)
    }
  }

  @Test func `a later format is refused by the name of who wrote it`() throws {
    let disk = try journal(2)
    var header = FileHeader(
      .segment, authority: AuthorityID(high: 7, low: 9), chain: AuthorityID(high: 7, low: 9).seed,
      revision: Revision(rawValue: 1))
    header.version = FormatVersion(rawValue: 2)
    header.software = "tessera 9.9"
    var bytes = ByteBuffer()
    header.append(to: &bytes)
    disk[first]!.replaceSubrange(0..<64, with: bytes.bytes.array)
    let error = #expect(throws: JournalError.self) { try Opened.read(data, on: disk) }
    #expect("\(try #require(error))".contains("tessera 9.9"))
    #expect("\(try #require(error))".contains("format 2"))
  }

  @Test func `an unknown kind of mutation is refused, never passed over`() throws {
    let disk = try journal(2)
    let authority = AuthorityID(high: 7, low: 9)
    let whole = disk[first]!
    let buffer = unsafe ByteBuffer(copying: whole.span.bytes)
    let lastStart = boundaries(of: whole)[1]
    let previous = DiskFrameHeader(reading: buffer.bytes.extracting(lastStart..<whole.count))
    var frame = ByteBuffer()
    let start = frame.beginFrame()
    frame.append(field: 1) {
      $0.append(field: 1, varint: 3)
      $0.append(field: 14) { $0.append(field: 1, varint: 1) }
    }
    frame.finishFrame(
      at: start, .batch, Revision(rawValue: 3), previous: previous.checksum, seed: authority.seed)
    disk[first]! += frame.bytes.array
    let error = #expect(throws: JournalError.self) { try Opened.read(data, on: disk) }
    #expect("\(try #require(error))".contains("JournalEntry.14"))
  }

  @Test func `an end that is torn twice in one place leaves two copies`() throws {
    let disk = SimulatedDisk()
    try withJournal("/data", on: disk) { journal in try journal.append(Samples.entries(1...3)) }
    let first = "/data/journal/00000000000000000001.segment"
    let size = disk[first]!.count
    let torn: [[UInt8]] = [[1, 2, 3], [4, 5], [6]]
    for bytes in torn {
      disk[first]! += bytes
      let tail = try #require(try Opened.read("/data", on: disk).report.tornTail)
      #expect(disk[tail.copy] == bytes)
    }
    let copies = disk.paths.filter { $0.hasPrefix("\(first).torn-\(size)") }
    #expect(copies.compactMap { disk[$0] } == torn)
  }
}
