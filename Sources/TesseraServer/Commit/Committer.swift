import Logging
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire

/// The one thread that changes state: takes all commands that came together, decides them in order,
/// makes their changes durable with one sync, applies them, and answers.
///
/// A failed write drops the batch: no answer of it was given, and what was decided on top of
/// changes that do not exist is not given either.
struct Committer<D: Disk>: ~Copyable {
  private let engine: Engine
  private var journal: Journal<D>
  private let queue: WorkQueue<CommitWork>
  private let snapshots: WorkQueue<SnapshotPlan<D>>
  private let snapshotJournalBytes: Int
  private var purging: PurgeSchedule
  private let status: ServerStatus
  private let logger: Logger

  private var snapshotIsRunning = false
  /// The last one failed: the next is tried when it is due by time, not with every change.
  private var snapshotHasFailed = false
  private var newestSnapshot: Revision?

  init(
    _ authority: consuming Authority<D>, queue: WorkQueue<CommitWork>,
    snapshots: WorkQueue<SnapshotPlan<D>>, _ configuration: ServerConfiguration,
    status: ServerStatus, logger: Logger
  ) {
    engine = authority.engine
    journal = authority.takeJournal()
    self.queue = queue
    self.snapshots = snapshots
    snapshotJournalBytes = configuration.snapshotJournalBytes
    purging = PurgeSchedule(
      after: configuration.purgeAfter, now: SystemClock.monotonicNanoseconds())
    self.status = status
    self.logger = logger
    newestSnapshot = journal.recovery.snapshot
  }

  /// Works until the queue is closed and empty, then closes the journal.
  consuming func run() {
    while let work = queue.takeAll(
      timeoutMilliseconds: purging.timeoutMilliseconds(
        now: SystemClock.monotonicNanoseconds()))
    {
      var requests: [CommitRequest] = []
      for item in work {
        switch item {
        case .change(let request): requests.append(request)
        case .snapshotIsDue: planSnapshot()
        case .snapshotEnded(let summary): note(summary)
        }
      }
      var next = requests[...]
      while !next.isEmpty {
        next = next.dropFirst(commit(next.prefix(Limits.batchEntries)))
      }
      purge()
    }
    keepUses()
    do {
      try journal.seal()
    } catch {
      logger.error("the journal was not closed in order: \(error)")
    }
  }

  /// Takes out tokens that ended long ago, where it is time: a bounded number, after all that
  /// waited was answered.
  private mutating func purge() {
    let time = Timestamp(microseconds: SystemClock.wallMicroseconds())
    guard let command = purging.command(now: SystemClock.monotonicNanoseconds(), time: time)
    else { return }
    var batch = engine.makeBatch(now: time)
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

  /// Writes the uses that memory alone holds, so that a stop in order loses none. Nobody validates
  /// any more, and the snapshot thread has ended.
  private mutating func keepUses() {
    guard engine.hasNewUses, journal.failure == nil else { return }
    do {
      note(try engine.writeSnapshot(journal.snapshotPlan()))
    } catch {
      logger.error("the uses since the last snapshot are lost: \(error)")
    }
  }

  /// Lets the snapshot thread begin, where it is idle and there is something new.
  private mutating func planSnapshot() {
    guard !snapshotIsRunning,
      engine.hasNewUses || journal.lastRevision != newestSnapshot ?? .zero
    else { return }
    snapshotIsRunning = snapshots.put(journal.snapshotPlan()) == .taken
  }

  private mutating func note(_ summary: SnapshotSummary?) {
    snapshotIsRunning = false
    snapshotHasFailed = summary == nil
    guard let summary else { return }
    newestSnapshot = summary.coveredRevision
    journal.note(summary)
  }

  /// Commits the first of the requests together, and says how many: as many as one batch takes.
  private mutating func commit(_ requests: ArraySlice<CommitRequest>) -> Int {
    var batch = engine.makeBatch(now: Timestamp(microseconds: SystemClock.wallMicroseconds()))
    let started = SystemClock.monotonicNanoseconds()
    var outcomes: [Outcome] = []
    for request in requests {
      if batch.isClosed { break }
      if let deadline = request.deadline, started >= deadline {
        outcomes.append(.refused(.deadlinePassed))
      } else {
        outcomes.append(engine.decide(request.command, by: request.caller, in: &batch))
      }
    }
    let requests = requests.prefix(outcomes.count)
    let hadEnded = journal.failure != nil
    do throws(JournalError) {
      try makeDurable(batch.entries)
    } catch .batchTooLarge where requests.count > 1 {
      // Large changes of one caller are no reason to refuse the others.
      return commit(requests.prefix(requests.count / 2))
    } catch {
      let refusal = Refusal(journalFailure: error, hadEnded: hadEnded)
      for request in requests { request.reply.send(.refused(refusal)) }
      return requests.count
    }
    let revision = batch.lastRevision
    for (request, outcome) in zip(requests, outcomes) {
      request.reply.send(
        .init(outcome, to: request, revision: revision, now: batch.now, engine))
    }
    return requests.count
  }

  /// Writes, syncs and applies; or throws, and nothing was done.
  private mutating func makeDurable(_ entries: [JournalEntry]) throws(JournalError) {
    guard !entries.isEmpty else { return }
    do throws(JournalError) {
      try journal.append(entries)
    } catch {
      if case .batchTooLarge = error { throw error }
      if !status.isReadOnly { logger.error("changes are refused: \(error)") }
      status.isReadOnly = true
      throw error
    }
    if status.isReadOnly { logger.notice("changes are accepted again") }
    status.isReadOnly = false
    engine.apply(entries)
    if journal.bytesSinceSnapshot >= snapshotJournalBytes, !snapshotHasFailed { planSnapshot() }
  }
}

extension Refusal {
  static let deadlinePassed = Refusal(
    .deadlineExceeded, "the deadline passed before the call was carried out; nothing was changed")

  /// What a caller is told when the disk does not take a change. Where and why is in the log.
  ///
  /// - Parameter hadEnded: whether the journal had ended before this change was to be written.
  init(journalFailure error: JournalError, hadEnded: Bool) {
    switch error {
    case .refused where error.isDiskFull:
      self.init(
        .resourceExhausted,
        "the authority's disk is full: nothing was changed; validations go on",
        retryAfterMilliseconds: 1_000)
    case .batchTooLarge:
      self.init(
        .resourceExhausted, "too many changes at once: nothing was changed; try again",
        retryAfterMilliseconds: 100)
    case .refused:
      self.init(
        .unavailable, "the authority's disk refused the change: nothing was changed",
        retryAfterMilliseconds: 1_000)
    case _ where hadEnded:
      self.init(
        .unavailable,
        "the authority accepts no changes until it is restarted: nothing was changed; "
          + "validations go on")
    default:
      self.init(
        .unavailable,
        "the disk failed while the change was made durable: it may be there when the authority is "
          + "restarted, and until then no changes are accepted; validations go on",
        isOutcomeUnknown: true)
    }
  }
}
