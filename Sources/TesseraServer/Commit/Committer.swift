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
  private let queue: WorkQueue<CommitRequest>
  private let status: ServerStatus
  private let snapshots: SnapshotTrigger
  private let logger: Logger

  init(
    engine: Engine, journal: consuming Journal<D>, queue: WorkQueue<CommitRequest>,
    status: ServerStatus, snapshots: SnapshotTrigger, logger: Logger
  ) {
    self.engine = engine
    self.journal = journal
    self.queue = queue
    self.status = status
    self.snapshots = snapshots
    self.logger = logger
  }

  /// Works until the queue is closed and empty, then closes the journal.
  consuming func run() {
    while let requests = queue.takeAll() {
      var next = requests[...]
      while !next.isEmpty {
        commit(next.prefix(Limits.batchEntries))
        next = next.dropFirst(Limits.batchEntries)
      }
    }
    do {
      try journal.close()
    } catch {
      logger.error("the journal was not closed in order: \(error)")
    }
  }

  private mutating func commit(_ requests: ArraySlice<CommitRequest>) {
    var batch = engine.makeBatch(now: Timestamp(microseconds: SystemClock.wallMicroseconds()))
    let started = SystemClock.monotonicNanoseconds()
    let outcomes = requests.map { request -> Outcome in
      if let deadline = request.deadline, started >= deadline { return .refused(.deadlinePassed) }
      return engine.decide(request.command, by: request.caller, in: &batch)
    }
    if let refusal = makeDurable(batch.entries) {
      for request in requests { request.reply.send(.refused(refusal)) }
      return
    }
    let revision = batch.lastRevision
    for (request, outcome) in zip(requests, outcomes) {
      request.reply.send(
        .init(outcome, value: request.value, revision: revision, now: batch.now))
    }
  }

  /// Writes, syncs and applies; or says why nothing was done.
  private mutating func makeDurable(_ entries: [JournalEntry]) -> Refusal? {
    guard !entries.isEmpty else { return nil }
    do {
      try journal.append(entries)
    } catch {
      logger.error("changes are refused: \(error)")
      status.isReadOnly = true
      return Refusal(journalFailure: error)
    }
    status.isReadOnly = false
    engine.apply(entries)
    snapshots.journalGrew(to: journal.bytesSinceSnapshot)
    return nil
  }
}

extension Completion.Answer {
  init(_ outcome: Outcome, value: Secret?, revision: Revision, now: Timestamp) {
    switch outcome {
    case .refused(let refusal): self = .refused(refusal)
    case .issued(let record, let warnings, let replayed):
      var response = IssueResponse()
      response.value = replayed ? nil : value
      response.token = Token(record, now: now)
      response.warnings = warnings
      response.replayed = replayed
      response.revision = revision
      self = .issue(response)
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
    }
  }
}

extension Refusal {
  static let deadlinePassed = Refusal(
    .deadlineExceeded, "the deadline passed before the call was carried out; nothing was changed")

  /// What a caller is told when the disk does not take a change. Where and why is in the log.
  init(journalFailure error: JournalError) {
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
    default:
      self.init(
        .unavailable,
        "the authority accepts no changes until it is restarted; validations go on")
    }
  }
}
