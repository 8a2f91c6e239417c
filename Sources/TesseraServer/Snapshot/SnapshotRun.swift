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
/// let summary = try run.finish(now: now)
/// ```
/// One that is let go of before its end leaves no file behind.
// Usable from inline: optimised code of Swift 6.3 in another module does not run the deinit of a
// package type that is generic and has a noncopyable part.
@usableFromInline
package struct SnapshotRun<D: Disk>: ~Copyable {
  /// What is written next, and after which record. The order is that of the writer.
  private enum Place {
    case entries(Int, after: String?)
    case users(after: UserID?)
    case tokens(after: TokenID?)
    case idempotency(from: Int)
    case events(after: Revision?)
    case end
  }

  /// Records that are copied while the engine's lock is held.
  private let sliceRecords: Int

  private let engine: Engine
  private var writer: SnapshotWriter<D>?
  private var place = Place.entries(0, after: nil)
  private var isFinished = false

  /// - Throws: `.disk`.
  package init(
    _ plan: SnapshotPlan<D>, of engine: Engine, sliceRecords: Int = 64
  ) throws(JournalError) {
    let writer = try SnapshotWriter(plan)
    self.sliceRecords = sliceRecords
    self.engine = engine
    self.writer = consume writer
    engine.noteSnapshotBegins()
  }

  deinit { if !isFinished { engine.noteSnapshotFailed() } }

  /// Writes the next records; false when there are no more.
  ///
  /// - Throws: `.disk`: the run is then to be let go of.
  package mutating func step() throws(JournalError) -> Bool {
    switch place {
    case .entries(let index, let last): try writeEntries(index, after: last)
    case .users(let last): try writeUsers(after: last)
    case .tokens(let last): try writeTokens(after: last)
    case .idempotency(let start): try writeIdempotency(from: start)
    case .events(let last): try writeEvents(after: last)
    case .end: return false
    }
    return true
  }

  /// Completes the snapshot, reads it back, gives it its name, and removes what it makes needless.
  ///
  /// - Parameter now: what the clock says; the snapshot tells of the highest time that was seen.
  /// - Precondition: `step` returned false.
  /// - Throws: `.disk`, or `.damaged` where what is read back is not what was written.
  package consuming func finish(now: Timestamp) throws(JournalError) -> SnapshotSummary {
    guard case .end = place, let writer = writer.take() else {
      preconditionFailure("a snapshot is finished once, after its last step")
    }
    // Read after the last record: no change after it is in what was written.
    let summary = try writer.finish(
      through: engine.revision, highestTime: max(engine.lastMoment, now))
    isFinished = true
    return summary
  }

  /// Writes a whole snapshot at once.
  package static func whole(
    _ plan: SnapshotPlan<D>, of engine: Engine, _ time: some TimeSource
  ) throws(JournalError) -> SnapshotSummary {
    var run = try SnapshotRun(plan, of: engine)
    while try run.step() {}
    return try run.finish(now: Timestamp(microseconds: time.wallMicroseconds()))
  }

  private mutating func writeEntries(_ index: Int, after last: String?) throws(JournalError) {
    let types = RegistryType.allCases
    let entries = engine.entries(types[index], after: last, limit: sliceRecords)
    for entry in entries { try writer!.append(entry) }
    if let final = entries.last {
      place = .entries(index, after: final.key.text)
    } else {
      place = index + 1 < types.count ? .entries(index + 1, after: nil) : .users(after: nil)
    }
  }

  private mutating func writeUsers(after last: UserID?) throws(JournalError) {
    let users = engine.users(after: last, limit: sliceRecords)
    for user in users { try writer!.append(user) }
    place = users.last.map { .users(after: $0.id) } ?? .tokens(after: nil)
  }

  private mutating func writeTokens(after last: TokenID?) throws(JournalError) {
    let tokens = engine.records(after: last, limit: sliceRecords)
    for token in tokens { try writer!.append(token.record, usage: token.usage) }
    place = tokens.last.map { .tokens(after: $0.record.id) } ?? .idempotency(from: 0)
  }

  private mutating func writeIdempotency(from start: Int) throws(JournalError) {
    let (entries, next) = engine.idempotencyEntries(from: start, limit: sliceRecords)
    for entry in entries { try writer!.append(entry) }
    place = next.map { .idempotency(from: $0) } ?? .events(after: nil)
  }

  /// Those that were made while they are written too, so that none is missing of a change that is
  /// in what was written before.
  private mutating func writeEvents(after last: Revision?) throws(JournalError) {
    let events = engine.events(after: last, limit: sliceRecords)
    for event in events { try writer!.append(event) }
    place = events.last.map { .events(after: $0.revision) } ?? .end
  }
}
