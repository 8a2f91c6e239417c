import Logging
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire

/// The one place where state changes: takes all commands that came together, decides them in order,
/// makes their changes durable with one sync, applies them, and answers.
///
/// A failed write drops the whole batch. No answer was given yet, and no change of it is applied:
/// those that were decided later rest on the earlier ones, which do not exist.
///
/// It has no thread and no queue, so that a simulation can carry it through time step by step:
/// ```swift
/// var stage = CommitStage(authority, configuration, status: ServerStatus(time), time, logger)
/// stage.carryOut(work)                   // every request in it is answered when this returns
/// if let plan = stage.takePlan() { … }   // a snapshot is wanted: SnapshotRun writes it
/// stage.close()                          // an orderly stop
/// ```
package struct CommitStage<D: Disk, Time: TimeSource>: ~Copyable {
  let engine: Engine
  var journal: Journal<D>
  let status: ServerStatus
  let time: Time
  let logger: Logger
  /// Told of each batch before it is written: a simulation must know what a crash may leave.
  package var willWrite: (@Sendable ([JournalEntry]) -> Void)?
  let snapshotJournalBytes: Int
  private var purging: PurgeSchedule
  let clockTrial: Duration
  var clock: ClockWatch
  /// The clock says less than what was seen: only revocations are taken.
  var clockIsBehind = false

  /// When it is looked for room again, on the monotonic clock in nanoseconds, while there is none.
  var roomSearch: Int64?
  /// The one that was told of.
  var rotationFailure: SystemError?
  /// Not even a revocation had room.
  var reserveIsUsedUp = false

  var snapshotIsWanted = false
  private(set) var snapshotIsRunning = false
  var snapshotWaiters: [SnapshotWaiter] = []
  /// The last one failed: the next is tried when it is due by time, not with every change.
  private(set) var snapshotHasFailed = false
  private(set) var newestSnapshot: Revision?
  /// The clock was accepted although it was behind, and no snapshot tells of it yet: without one
  /// the next start would stop again.
  private(set) var acceptanceIsNew: Bool
  /// The highest time that a file tells of, and how far it may fall behind.
  private var recordedTime: Timestamp
  private let timeKeptWithin: Duration

  package init(
    _ authority: consuming Authority<D>, _ configuration: ServerConfiguration,
    status: ServerStatus, _ time: Time, _ logger: Logger
  ) {
    engine = authority.engine
    journal = authority.takeJournal()
    snapshotJournalBytes = configuration.snapshotJournalBytes
    purging = PurgeSchedule(after: configuration.purgeAfter, now: time.monotonicNanoseconds())
    clockTrial = configuration.clockTrial
    clock = ClockWatch(
      trial: clockTrial, wall: Timestamp(microseconds: time.wallMicroseconds()),
      monotonic: time.monotonicNanoseconds())
    recordedTime = journal.highestTime
    timeKeptWithin = max(configuration.snapshotInterval, .seconds(3600))
    self.status = status
    self.time = time
    self.logger = logger
    newestSnapshot = journal.recovery.snapshot
    acceptanceIsNew = journal.recovery.loweredTime
    snapshotIsWanted = acceptanceIsNew
    checkClock()
    checkRoom()
  }

  /// The revision of the last change that is durable.
  package var lastRevision: Revision { journal.lastRevision }

  /// Whether the journal takes nothing more, for good.
  package var hasEnded: Bool { journal.failure != nil }

  /// How long it may be left without work.
  package func timeoutMilliseconds() -> Int32 {
    let now = time.monotonicNanoseconds()
    let look = clock.timeoutMilliseconds(monotonic: now)
    let purge = purging.timeoutMilliseconds(now: now)
    let next = purge < 0 ? look : min(look, purge)
    guard let roomSearch else { return next }
    return min(next, Int32(clamping: max(0, (roomSearch - now + 999_999) / 1_000_000)))
  }

  /// Carries out what came together, and answers every request in it; then what it is time for.
  package mutating func carryOut(_ work: [CommitWork]) {
    lookAtClock()
    var requests: [CommitRequest] = []
    var snapshots: [any AnswerSink] = []
    var backups: [(table: BackupTable, reply: any AnswerSink)] = []
    for item in work {
      switch item {
      case .change(let request): requests.append(request)
      case .snapshotNow(let reply): snapshots.append(reply)
      case .beginBackup(let table, let reply): backups.append((table, reply))
      case .snapshotIsDue: wantSnapshot()
      case .snapshotEnded(let summary): note(summary)
      }
    }
    var next = timely(requests)[...]
    while !next.isEmpty {
      next = next.dropFirst(commit(next.prefix(Limits.batchEntries)))
    }
    for reply in snapshots { snapshotNow(reply) }
    for (table, reply) in backups { beginBackup(in: table, reply) }
    purge()
    seekRoom()
    // None comes any more.
    if hasEnded, !snapshotIsRunning { answerWaiters(nil) }
  }

  /// The snapshot that is to be begun; `.snapshotEnded` tells of its end. None once the journal has
  /// ended: what the disk holds of before is not to be replaced by what it may not hold.
  package mutating func takePlan() -> SnapshotPlan<D>? {
    guard snapshotIsWanted, !hasEnded else { return nil }
    snapshotIsWanted = false
    snapshotIsRunning = true
    return journal.snapshotPlan()
  }

  /// Keeps what memory alone holds and makes the journal's end known. Nobody validates any more,
  /// and no snapshot is being written.
  ///
  /// - Returns: false where the disk failed, now or before, otherwise than for want of room.
  @discardableResult
  package consuming func close() -> Bool {
    // Said when it happened: there is nothing to be kept.
    if hasEnded { return false }
    let isKept = keepMemory()
    do {
      try journal.seal()
      return isKept
    } catch {
      logger.error("the journal was not closed in order: \(error)")
      return isKept && error.isDiskFull
    }
  }

  /// Takes out tokens that ended long ago, where it is time and the clock can be believed: a
  /// bounded number, after all that waited was answered.
  private mutating func purge() {
    let (now, monotonic) = (now, time.monotonicNanoseconds())
    guard let command = purging.command(now: monotonic, time: now) else { return }
    // Only after the time was read: the clock may have been set while changes were written.
    lookAtClock()
    guard clock.isBelieved(monotonic: monotonic) else { return }
    var batch = engine.makeBatch(now: now)
    let (purged, next) = engine.purge(command, in: &batch)
    do {
      try makeDurable(batch.entries)
    } catch {
      // Said where it was found. The same tokens are looked at again.
      return
    }
    purging.note(next)
    if purged > 0 {
      logger.info("tokens that ended long ago were purged", metadata: ["tokens": "\(purged)"])
    }
  }

  /// Whether memory alone holds uses, that the clock was accepted, or a time that was seen: if no
  /// file told of that, what has expired could come back with a clock that is set back.
  private var hasNews: Bool {
    engine.hasNewUses || acceptanceIsNew || recordedTime + timeKeptWithin < engine.lastMoment
  }

  /// Writes what memory alone holds, so that a stop in order loses none of it; false where the disk
  /// failed, otherwise than for want of room.
  private mutating func keepMemory() -> Bool {
    guard hasNews else { return true }
    do {
      note(try SnapshotRun.whole(journal.snapshotPlan(), of: engine))
    } catch {
      logger.error("what memory alone held, as uses since the last snapshot, is lost: \(error)")
      return error.isDiskFull
    }
    return true
  }

  /// Asks for a snapshot, where none is being written and there is something new.
  mutating func wantSnapshot() {
    guard !snapshotIsRunning,
      hasNews || journal.lastRevision != newestSnapshot ?? .zero
    else { return }
    snapshotIsWanted = true
  }

  /// A change is durable, and with it its time.
  mutating func noteRecorded() { recordedTime = max(recordedTime, journal.highestTime) }

  private mutating func note(_ summary: SnapshotSummary?) {
    snapshotIsRunning = false
    snapshotHasFailed = summary == nil
    if let summary {
      newestSnapshot = summary.coveredRevision
      acceptanceIsNew = false
      recordedTime = max(recordedTime, summary.highestTime)
      journal.note(summary)
    }
    answerWaiters(summary)
  }
}
