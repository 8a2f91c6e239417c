import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// The thread that answers List and Get. Lists in progress take turns, a slice each, so that a long
/// one keeps neither the others nor the engine's lock.
struct QueryWorker: ~Copyable {
  private let engine: Engine
  private let queue: WorkQueue<QueryRequest>
  private var lists: [(listing: Listing, request: QueryRequest)] = []

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
      takeTurns()
    }
    while !lists.isEmpty { takeTurns() }
  }

  private mutating func begin(_ request: QueryRequest) {
    switch request.question {
    case .list(let listing): lists.append((listing, request))
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

  private mutating func takeTurns() {
    let now = SystemClock.monotonicNanoseconds()
    var unfinished: [(listing: Listing, request: QueryRequest)] = []
    for (current, request) in lists {
      var listing = current
      if let deadline = request.deadline, now >= deadline {
        request.reply.send(.refused(.deadlinePassedInFlight))
        continue
      }
      switch listing.advance(engine) {
      case nil: unfinished.append((listing, request))
      case .success(let response): request.reply.send(.list(response))
      case .failure(let refusal): request.reply.send(.refused(refusal))
      }
    }
    lists = unfinished
  }
}
