import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// List and Get: understood here, answered by the query thread, since they may take a while and a lock.
extension Connection {
  mutating func list(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore, _ burst: Burst
  ) throws(Refusal) {
    let request = try read(payload, as: ListRequest.self)
    let rights = try requireReading(core, burst)
    let listing = try Listing(request, for: rights, now: burst.now)
    guard calls.lists < Limits.listsInFlight else {
      throw Refusal(
        .resourceExhausted,
        "the connection has \(Limits.listsInFlight) lists in flight; wait for one",
        retryAfterMilliseconds: 10)
    }
    try query(.list(listing), header, &core)
  }

  mutating func get(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore, _ burst: Burst
  ) throws(Refusal) {
    let request = try read(payload, as: GetRequest.self)
    let rights = try requireReading(core, burst)
    guard let id = request.id else {
      throw Refusal(.invalidArgument, "name a token", field: "id")
    }
    try query(.get(id, rights), header, &core)
  }

  /// Who may read tokens at all: with the permission, or one's own.
  private func requireReading(
    _ core: borrowing ReactorCore, _ burst: Burst
  ) throws(Refusal) -> CallerRights {
    let (_, rights) = try requireRights(core, burst.now)
    guard rights.has(.tokensRead) || rights.tokenID != nil else { throw .lacks(.tokensRead) }
    return rights
  }

  private mutating func query(
    _ question: QueryRequest.Question, _ header: FrameHeader, _ core: inout ReactorCore
  ) throws(Refusal) {
    let (call, deadline) = try begin(header, &core)
    let request = QueryRequest(question: question, deadline: deadline, reply: reply(call, core))
    try admit(core.services.queries.put(request), call)
  }
}
