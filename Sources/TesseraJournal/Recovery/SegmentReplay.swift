import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

/// How reading one segment ended.
enum SegmentOutcome {
  /// After a whole frame that was no end.
  case open
  /// After an end: there must be a next segment.
  case ended
  /// At something that is no frame and has no intact frame after it.
  case torn(FrameFault)
}

/// One segment, read frame by frame; the changes in it are given to whoever asks for the next
/// frame.
struct SegmentReplay<D: Disk>: ~Copyable {
  let header: FileHeader
  let path: String
  var reader: DiskFrameReader<D>
  /// The revision that the next entry must have.
  private(set) var next: Revision
  /// Where the last frame begins that was read, whatever its kind; the header's place at first.
  private(set) var lastFrame = 0
  private(set) var wasSealed = false
  /// Whether the last frame that was read is the segment's end.
  private(set) var hasEnd = false

  /// The end of what was read.
  var tail: Tail {
    Tail(path: path, size: reader.offset, lastFrame: lastFrame, chain: reader.chain)
  }

  /// Opens the segment and checks its header.
  init(
    _ first: Revision, in layout: Layout, authority: AuthorityID, on disk: D
  ) throws(JournalError) {
    let path = layout.segment(from: first)
    let file = try attempt { () throws(SystemError) in try DiskFile(path, .read, on: disk) }
    let header = try FileHeader.checked(
      .segment,
      try attemptRead(at: 0) { () throws(SystemError) in
        try file.beginning(FileHeader.byteCount)
      }, of: path)
    guard header.authority == authority else {
      throw .otherAuthority(file: path, header.authority)
    }
    guard header.revision == first else {
      throw .damaged(
        Damage(
          path, at: FileHeader.revisionOffset,
          "it begins with revision \(header.revision.rawValue), which is not the one in its name"))
    }
    let reader = try DiskFrameReader(
      file, from: FileHeader.byteCount, chain: header.chain, seed: authority.seed)
    self.path = path
    self.header = header
    self.reader = reader
    next = first
  }

  /// Reads the frames to the end, or to what is no frame. Changes up to `covered` are passed over
  /// without being decoded.
  mutating func run(
    after covered: Revision = .zero, _ body: (consuming JournalEntry, _ frameBytes: Int) -> Void
  ) throws(JournalError) -> SegmentOutcome {
    while true {
      let start = reader.offset
      switch try reader.next() {
      case .end: return .open
      case .bad(let fault):
        if try reader.hasIntactFrameAhead() {
          throw .damaged(
            Damage(path, at: start, "\(fault.rawValue), and intact frames follow it"))
        }
        return .torn(fault)
      case .frame(let frame):
        lastFrame = start
        if try apply(frame, at: start, covered, body) { return .ended }
      }
    }
  }

  /// Returns whether the frame is the segment's end.
  private mutating func apply(
    _ frame: DiskFrameHeader, at start: Int, _ covered: Revision,
    _ body: (consuming JournalEntry, _ frameBytes: Int) -> Void
  ) throws(JournalError) -> Bool {
    guard frame.revision == next else {
      throw .damaged(
        Damage(
          path, at: start,
          "revision \(next.rawValue) should follow, and \(frame.revision.rawValue) does"))
    }
    wasSealed = false
    switch frame.kind {
    case .batch: try replay(frame, at: start, covered, body)
    case .seal: wasSealed = true
    case .end:
      hasEnd = true
      guard reader.offset == reader.size else {
        throw .damaged(Damage(path, at: reader.offset, "bytes follow the segment's end"))
      }
      return true
    case .snapshotBlock, .snapshotFooter, nil:
      throw unreadable("frames of kind \(frame.kindNumber) are not known", at: start)
    }
    return false
  }

  private mutating func replay(
    _ frame: DiskFrameHeader, at start: Int, _ covered: Revision,
    _ body: (consuming JournalEntry, _ frameBytes: Int) -> Void
  ) throws(JournalError) {
    do throws(WireError) {
      var batch = ProtoReader(reader.payload)
      while let tag = try batch.next() {
        guard tag.number == 1 else { throw unknown(tag, in: "Batch") }
        if next <= covered {
          try batch.skip(tag)
          next = next.next
          continue
        }
        let before = batch.remaining
        var message = try batch.message(tag, "entries")
        let entry = try JournalEntry(reading: &message)
        guard entry.revision == next else { throw WireError(.outOfRange, field: "revision") }
        next = next.next
        body(entry, before - batch.remaining)
      }
    } catch {
      throw unreadable("\(error)", at: start)
    }
  }

  private func unreadable(_ detail: String, at offset: Int) -> JournalError {
    .unsupported(
      file: path, version: header.version, software: header.software,
      detail: "in the frame at offset \(offset), \(detail)")
  }
}
