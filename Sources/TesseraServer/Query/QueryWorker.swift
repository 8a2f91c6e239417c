import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// The thread that answers List and Get. Lists take turns, a slice each, so that a long one keeps
/// neither the others nor the engine's lock.
struct QueryWorker: ~Copyable {
  private let engine: Engine
  private let queue: WorkQueue<QueryRequest>
  private var lists = ListTurns()

  init(engine: Engine, queue: WorkQueue<QueryRequest>) {
    self.engine = engine
    self.queue = queue
  }

  /// Works until the queue is closed and everything is answered.
  consuming func run() {
    while true {
      // With lists in progress, what is new is fetched without waiting for it.
      guard let requests = queue.takeAll(timeoutMilliseconds: lists.isEmpty ? -1 : 0) else { break }
      for request in requests { begin(request) }
      lists.take(SystemClock.monotonicNanoseconds(), engine)
    }
    while !lists.isEmpty { lists.take(SystemClock.monotonicNanoseconds(), engine) }
  }

  private mutating func begin(_ request: QueryRequest) {
    switch request.question {
    case .list(let listing): lists.add(listing, request)
    case .get(let id, let rights):
      let revision = engine.revision
      guard let record = engine.token(id, for: rights) else {
        request.reply.send(.refused(.noToken(id, field: "id")))
        return
      }
      let now = Timestamp(microseconds: SystemClock.wallMicroseconds())
      request.reply.send(.get(GetResponse(token: Token(record, at: now), revision: revision)))
    }
  }
}
