import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// One snapshot that is being written, in steps between which changes go on: each step borrows the
/// engine for a few records and writes them.
///
/// ```swift
/// var run = try SnapshotRun(plan, of: engine)
/// while try run.step() {}
/// let summary = try run.finish()
/// ```
/// One that is let go of before its end leaves no file behind.
// Usable from inline: optimised code of Swift 6.3 in another module does not run the deinit of a
// package type that is generic and has a noncopyable part.
@usableFromInline
package struct SnapshotRun<D: Disk>: ~Copyable {
  private let engine: Engine
  /// What is still to be written.
  var slices: SnapshotSlices
  private var writer: SnapshotWriter<D>
  private var isFinished = false

  /// - Parameter sliceRecords: how many records a step borrows.
  /// - Throws: `.disk`.
  package init(
    _ plan: SnapshotPlan<D>, of engine: Engine, sliceRecords: Int = 64
  ) throws(JournalError) {
    let writer = try SnapshotWriter(plan)
    self.engine = engine
    slices = SnapshotSlices(of: engine, records: sliceRecords)
    self.writer = consume writer
    engine.noteSnapshotBegins()
  }

  deinit { if !isFinished { engine.noteSnapshotFailed() } }

  /// Writes the next records; false when there are no more.
  ///
  /// - Throws: `.disk`: the run is then to be let go of.
  package mutating func step() throws(JournalError) -> Bool {
    guard let slice = slices.next() else { return false }
    try write(slice)
    return true
  }

  /// Writes what `slices` gave.
  mutating func write(_ slice: SnapshotSlice) throws(JournalError) {
    switch slice {
    case .entries(let entries): for entry in entries { try writer.append(entry) }
    case .users(let users): for user in users { try writer.append(user) }
    case .tokens(let tokens):
      for token in tokens { try writer.append(token.record, usage: token.usage) }
    case .idempotency(let entries): for entry in entries { try writer.append(entry) }
    case .events(let events): for event in events { try writer.append(event) }
    }
  }

  /// Completes the snapshot, reads it back, gives it its name, and removes what it makes needless.
  ///
  /// It tells of the highest time that was seen, and not of what the clock says: a clock that is
  /// ahead for a moment is not to be believed by the next start.
  ///
  /// - Precondition: `step` returned false.
  /// - Throws: `.disk`, or what is wrong with that which is read back.
  package consuming func finish() throws(JournalError) -> SnapshotSummary {
    while true { if let summary = try finishStep() { return summary } }
  }

  /// The next step of `finish`, between which changes go on; the last one returns the summary.
  package mutating func finishStep() throws(JournalError) -> SnapshotSummary? {
    guard let end = slices.end else {
      preconditionFailure("a snapshot is finished after its last step")
    }
    guard let summary = try writer.finishStep(through: end.revision, highestTime: end.time)
    else { return nil }
    isFinished = true
    return summary
  }

  /// Writes a whole snapshot at once.
  package static func whole(
    _ plan: SnapshotPlan<D>, of engine: Engine
  ) throws(JournalError) -> SnapshotSummary {
    var run = try SnapshotRun(plan, of: engine)
    while try run.step() {}
    return try run.finish()
  }
}
