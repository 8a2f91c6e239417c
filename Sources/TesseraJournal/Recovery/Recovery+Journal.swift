import TesseraBytes
import TesseraModel
import TesseraSystem

extension Recovery {
  mutating func neededSegments(after covered: Revision) throws(JournalError) -> [Revision] {
    let segments = try attempt { () throws(SystemError) in try layout.segments(on: disk) }
    guard let first = segments.first else {
      throw .damaged(Damage(layout.journal, at: 0, "no segment is there"))
    }
    guard let start = segments.lastIndex(where: { $0 <= covered.next }) else {
      if let failed = report.damagedSnapshots.lazy.compactMap(\.failedRead).first { throw failed }
      throw .damaged(
        Damage(
          layout.segment(from: first), at: 0,
          """
          it is the first segment, and the changes from revision \(covered.next.rawValue) on are \
          in no snapshot that can be read
          """))
    }
    next = segments[start]
    // While the last segment is empty, the one before it may still need its end.
    if start > 0, start == segments.count - 1, try isEmpty(segments[start]) {
      next = segments[start - 1]
    }
    return segments.filter { $0 >= next }
  }

  private func isEmpty(_ first: Revision) throws(JournalError) -> Bool {
    let path = layout.segment(from: first)
    return try attempt { () throws(SystemError) in
      try DiskFile(path, .read, on: disk).size() <= FileHeader.byteCount
    }
  }

  /// Opens a segment, which must continue the one before it.
  private func open(_ first: Revision) throws(JournalError) -> SegmentReplay<D> {
    let segment = try SegmentReplay(first, in: layout, authority: authority, on: disk)
    guard first == next, chain == nil || chain == segment.header.chain else {
      throw .damaged(
        Damage(
          segment.path, at: FileHeader.chainOffset,
          """
          it does not continue the segment before it, which ends before revision \
          \(next.rawValue)
          """))
    }
    return segment
  }

  /// Gives a segment's changes to `sink`, those that the snapshot covers left out.
  private mutating func feed(
    _ segment: inout SegmentReplay<D>, into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) -> SegmentOutcome {
    let outcome = try segment.run(after: covered) { entry, bytes in
      report.highestTime = max(report.highestTime, entry.at)
      report.entries += 1
      report.replayedBytes += bytes
      sink.replay(entry)
    }
    next = segment.next
    chain = segment.reader.chain
    return outcome
  }

  /// - Parameter remaining: How many segments are still to be read, this one among them.
  mutating func replay(
    _ first: Revision, before following: Revision, _ remaining: Int,
    into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) {
    var segment = try open(first)
    let outcome = try feed(&segment, into: &sink)
    var isBeforeEmpty = false
    if remaining == 2 { isBeforeEmpty = try isEmpty(following) }
    if case .ended = outcome {
      // It may not be durable yet: nothing was appended since.
      if isBeforeEmpty { unsettled = segment.tail }
      return
    }
    // The end that the following segment continues from, if it was made when this one was left.
    var frame = ByteBuffer()
    let checksum = frame.appendEmptyFrame(
      .end, next, previous: segment.reader.chain, seed: authority.seed)
    let successor = try SegmentReplay(following, in: layout, authority: authority, on: disk)
    guard isBeforeEmpty, successor.header.chain == checksum else {
      let what =
        if case .torn(let fault) = outcome { fault.rawValue } else { "the segment has no end" }
      throw .damaged(
        Damage(segment.path, at: segment.reader.offset, "\(what), and \(successor.path) follows it")
      )
    }
    chain = checksum
    report.unfinishedSegment = segment.path
    try plan(segment, end: frame.bytes.array)
  }

  mutating func replayLast(
    _ first: Revision, into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) -> Tail {
    var segment = try open(first)
    switch try feed(&segment, into: &sink) {
    case .ended:
      throw .damaged(
        Damage(
          segment.path, at: segment.lastFrame,
          "another segment follows, and \(layout.segment(from: next)) is missing"))
    case .open: report.wasSealed = segment.wasSealed
    case .torn: try plan(segment)
    }
    return segment.tail
  }

  /// The segment is to end where it can be read to, or with the frame `end` there.
  private mutating func plan(
    _ segment: borrowing SegmentReplay<D>, end: [UInt8] = []
  ) throws(JournalError) {
    let (path, size) = (segment.path, segment.reader.offset)
    let copy = try attempt { () throws(SystemError) in
      try layout.freeName("\(path).torn-\(size)", in: layout.journal, on: disk)
    }
    let repair = Repair(path: path, size: size, found: segment.reader.size, copy: copy, end: end)
    repairs.append(repair)
    if let torn = repair.torn { report.tornTail = torn }
  }
}
