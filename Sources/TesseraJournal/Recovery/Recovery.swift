import TesseraBytes
import TesseraModel
import TesseraSystem

/// Finds the state in a data directory and gives it to a sink.
///
/// What is found decides what is done. "Stops" is an error that names the file and the offset, with
/// nothing changed on disk. All changes on disk come last, when everything was read and is in
/// order.
///
/// | found | done |
/// |---|---|
/// | a snapshot that fails a checksum, or a read (EIO) | the one before it; the bad one is set aside |
/// | a segment of which a read fails | stops |
/// | a snapshot, or its header, of a later format | stops |
/// | a file of another authority | stops |
/// | no snapshot that is good, and a journal from revision 1 | all of it is replayed |
/// | the journal begins after the covered revision | stops: a segment is missing |
/// | a segment that the snapshot covers, and the one after it too | not read |
/// | what is no frame, in the last segment, nothing intact after it | a crash: copied, cut |
/// | the same, an intact frame after it | stops: each frame is durable before the next is written |
/// | the same in an earlier segment | stops |
/// | a segment without an end, another after it | stops, but for the next line |
/// | the same, the other is last, empty, continues from the end | a crash: the end is written |
/// | an end, and no segment after it | stops: the last segment is missing |
/// | a frame, or a segment, that does not continue the chain or the revisions | stops |
/// | an intact frame with a kind, a field or a mutation that is not known | stops |
/// | the journal ends before the snapshot's highest revision | stops: changes are missing |
/// | the same of one that is passed over, whose header is intact, and what it covers | stops |
/// | a clock more than 5 minutes behind the highest time seen | stops, unless it is accepted |
struct Recovery<D: Disk> {
  let layout: Layout
  let authority: AuthorityID
  let disk: D
  let clock: StartClock
  var report = RecoveryReport()
  /// The revision that the next entry of the journal must have.
  var next = Revision.zero
  /// What the next segment must continue from; nil before the first that is read.
  var chain: CRC32C?
  var repairs: [Repair] = []
  /// The end of the segment before an empty last one.
  var unsettled: Tail?
  /// What the snapshot that was loaded covers.
  var covered = Revision.zero
  /// The snapshot that promises the longest journal, and up to where.
  var promised = (snapshot: Revision.zero, highest: Revision.zero)

  init(_ layout: Layout, _ authority: AuthorityID, clock: StartClock, on disk: D) {
    self.clock = clock
    self.layout = layout
    self.authority = authority
    self.disk = disk
  }

  mutating func run(
    into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) -> JournalPosition<D> {
    try finish(try read(into: &sink))
  }

  /// Reads everything and plans what `finish` does. Nothing on disk is changed.
  mutating func read(
    into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) -> Tail {
    let segments = try neededSegments(after: try loadSnapshot(into: &sink))
    for index in segments.indices.dropLast() {
      try replay(segments[index], before: segments[index + 1], segments.count - index, into: &sink)
    }
    let last = segments[segments.count - 1]
    let tail = try replayLast(last, into: &sink)
    report.lastRevision = Revision(rawValue: next.rawValue - 1)
    try checkReach(tail)
    try clock.check(against: report.highestTime)
    let highest = clock.highest(recorded: report.highestTime)
    report.loweredTime = highest < report.highestTime
    report.highestTime = highest
    return tail
  }

  /// Makes the disk as it is to be served from. The names come first: a segment whose name was
  /// never made durable must not be gone when the one before it has its end.
  private mutating func finish(_ tail: Tail) throws(JournalError) -> JournalPosition<D> {
    try attempt { () throws(SystemError) in
      // What was not finished may take the room that a copy of a torn end needs.
      try layout.removePartialFiles(on: disk)
      try disk.synchronizeDirectory(layout.journal)
    }
    for repair in repairs {
      try attempt { () throws(SystemError) in try repair.carryOut(in: layout, on: disk) }
    }
    let damaged = report.damagedSnapshots
    let unsettled = unsettled
    let segment = try attempt { () throws(SystemError) in
      if let unsettled { _ = try unsettled.makeDurable(on: disk) }
      let segment = try tail.makeDurable(on: disk)
      for snapshot in damaged {
        try disk.rename(snapshot.file, to: snapshot.file + Layout.badSuffix)
      }
      try disk.synchronizeDirectory(layout.journal)
      try disk.synchronizeDirectory(layout.snapshots)
      try disk.synchronizeDirectory(layout.root)
      return segment
    }
    return JournalPosition(segment, size: tail.size, chain: tail.chain)
  }
}
