import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// The thread that answers the lists and the gets, and finds what a filter is to revoke. Lists take
/// turns, a slice each, so that a long one keeps neither the others nor the engine's lock.
struct QueryWorker: ~Copyable {
  private let engine: Engine
  private let queue: WorkQueue<QueryRequest>
  private let backups: BackupTable
  private var lists: ListTurns

  init(
    engine: Engine, queue: WorkQueue<QueryRequest>, backups: BackupTable, changes: ChangeRoute
  ) {
    self.engine = engine
    self.backups = backups
    self.queue = queue
    lists = ListTurns(changes)
  }

  /// Works until the queue is closed and everything is answered.
  consuming func run() {
    while true {
      // With lists in progress, what is new is fetched without waiting for it.
      let wait = lists.isEmpty ? QueryWorker.sweepMilliseconds : 0
      guard let requests = queue.takeAll(timeoutMilliseconds: wait) else { break }
      backups.sweep(SystemClock.monotonicNanoseconds())
      for request in requests { begin(request) }
      lists.take(engine, .now(engine))
    }
    while !lists.isEmpty { lists.take(engine, .now(engine)) }
  }

  /// How long a backup that nobody reads may stay beyond its time.
  private static let sweepMilliseconds: Int32 = 10_000

  private mutating func begin(_ request: QueryRequest) {
    guard request.reply.isAwaited else { return request.reply.send(.refused(.notAwaited)) }
    switch request.question {
    case .list(let list): lists.add(list, request)
    case .search(let search): lists.add(search, request)
    case .get(let subject): request.reply.send(answer(subject, to: request.caller))
    case .backup(let question):
      request.reply.send(
        question.answer(from: backups, now: SystemClock.monotonicNanoseconds()))
    }
  }

  private func answer(
    _ subject: QueryRequest.Subject, to caller: TesseraEngine.Caller
  ) -> Completion.Answer {
    // Read before what is looked up: the answer reflects it at least.
    let revision = engine.revision
    let now = Moment.now(engine).time
    guard let rights = engine.rights(of: caller, now: now) else { return .refused(.callerEnded) }
    let message: (any WireMessage)?
    let missing: Refusal
    switch subject {
    case .token(let id):
      message = engine.token(id, for: rights).map {
        GetResponse(token: Token($0.record, at: now, usage: $0.usage), revision: revision)
      }
      missing = .noToken(id, field: "id")
    case .user(let id):
      message = engine.user(id, for: rights).map {
        GetUserResponse(User($0.record, tokens: UInt32(clamping: $0.tokens)), revision: revision)
      }
      missing = .noUser(id, field: "id")
    case .entry(let key):
      message = engine.entry(key, for: rights).map { GetEntryResponse($0, revision: revision) }
      missing = .noEntry(key, field: "key")
    }
    return message.map { .message($0) } ?? .refused(missing)
  }
}
