import Logging
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire

/// The one thread that changes state: takes all commands that came together, decides them in order,
/// makes their changes durable with one sync, applies them, and answers.
///
/// A failed write drops the batch: no answer of it was given, and what was decided on top of changes
/// that do not exist is not given either.
struct Committer<D: Disk>: ~Copyable {
  private let engine: Engine
  private var journal: Journal<D>
  private let queue: WorkQueue<CommitWork>
  private let snapshots: WorkQueue<SnapshotPlan<D>>
  private let snapshotJournalBytes: Int
  private let status: ServerStatus
  private let logger: Logger

  private var snapshotIsRunning = false
  /// The last one failed: the next is tried when it is due by time, not with every change.
  private var snapshotHasFailed = false
  private var newestSnapshot: Revision?

  init(
    _ authority: consuming Authority<D>, queue: WorkQueue<CommitWork>,
    snapshots: WorkQueue<SnapshotPlan<D>>, snapshotJournalBytes: Int, status: ServerStatus,
    logger: Logger
  ) {
    engine = authority.engine
    journal = authority.takeJournal()
    self.queue = queue
    self.snapshots = snapshots
    self.snapshotJournalBytes = snapshotJournalBytes
    self.status = status
    self.logger = logger
    newestSnapshot = journal.recovery.snapshot
  }

  /// Works until the queue is closed and empty, then closes the journal.
  consuming func run() {
    while let work = queue.takeAll() {
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
        commit(next.prefix(Limits.batchEntries))
        next = next.dropFirst(Limits.batchEntries)
      }
    }
    do {
      try journal.seal()
    } catch {
      logger.error("the journal was not closed in order: \(error)")
    }
  }

  /// Lets the snapshot thread begin, where it is idle and there is something new.
  private mutating func planSnapshot() {
    guard !snapshotIsRunning, journal.lastRevision != newestSnapshot ?? .zero else { return }
    snapshotIsRunning = snapshots.put(journal.snapshotPlan()) == .taken
  }

  private mutating func note(_ summary: SnapshotSummary?) {
    snapshotIsRunning = false
    snapshotHasFailed = summary == nil
    guard let summary else { return }
    newestSnapshot = summary.coveredRevision
    journal.note(summary)
  }

  private mutating func commit(_ requests: ArraySlice<CommitRequest>) {
    var batch = engine.makeBatch(now: Timestamp(microseconds: SystemClock.wallMicroseconds()))
    let started = SystemClock.monotonicNanoseconds()
    let outcomes = requests.map { request -> Outcome in
      if let deadline = request.deadline, started >= deadline { return .refused(.deadlinePassed) }
      return engine.decide(request.command, by: request.caller, in: &batch)
    }
    let hadEnded = journal.failure != nil
    do throws(JournalError) {
      try makeDurable(batch.entries)
    } catch .batchTooLarge where requests.count > 1 {
      // Large changes of one caller are no reason to refuse the others.
      let middle = requests.index(requests.startIndex, offsetBy: requests.count / 2)
      commit(requests[..<middle])
      commit(requests[middle...])
      return
    } catch {
      let refusal = Refusal(journalFailure: error, hadEnded: hadEnded)
      for request in requests { request.reply.send(.refused(refusal)) }
      return
    }
    let revision = batch.lastRevision
    for (request, outcome) in zip(requests, outcomes) {
      request.reply.send(
        .init(outcome, value: request.value, revision: revision, now: batch.now))
    }
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

extension Completion.Answer {
  init(_ outcome: Outcome, value: Secret?, revision: Revision, now: Timestamp) {
    switch outcome {
    case .refused(let refusal): self = .refused(refusal)
    case .issued(let record, let warnings, let replayed):
      var response = IssueResponse()
      response.value = replayed ? nil : value
      response.token = Token(record, at: now)
      response.warnings = warnings
      response.replayed = replayed
      response.revision = revision
      self = .issue(response)
    case .updated(let record, let warnings):
      var response = UpdateResponse()
      response.token = Token(record, at: now)
      response.warnings = warnings
      response.revision = revision
      self = .update(response)
    case .regenerated(let record, let warnings):
      var response = RegenerateResponse()
      response.value = value
      response.token = Token(record, at: now)
      response.warnings = warnings
      response.revision = revision
      self = .regenerate(response)
    case .revoked(let outcomes):
      var response = RevokeResponse()
      response.outcomes = outcomes.map {
        TesseraWire.RevokeOutcome($0.id, RevokeResult($0.result))
      }
      response.revision = revision
      self = .revoke(response)
    }
  }
}

extension RevokeResult {
  fileprivate init(_ result: TesseraEngine.RevokeOutcome.Result) {
    switch result {
    case .revoked: self = .revoked
    case .alreadyRevoked: self = .alreadyRevoked
    case .notFound: self = .notFound
    case .permissionDenied: self = .permissionDenied
    }
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
