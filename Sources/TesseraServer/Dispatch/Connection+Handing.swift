import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// Calls whose answer comes from another thread.
extension Connection {
  /// Hands a change to the committer, whose answer comes back to this connection: by way of the
  /// thread for passwords, where one is to be checked or hashed first.
  mutating func commit<Request>(
    _ command: Command, _ call: Admission<Request>,
    adding supplement: CommitRequest.Supplement = .none, newPassword: Secret? = nil,
    needsSearch: Bool = false, _ core: inout ReactorCore
  ) throws(Refusal) {
    if let check = call.check { try core.services.passwords.requireAttempt(check) }
    let needsPassword = call.check != nil || newPassword != nil
    let (ticket, deadline) = try begin(call.header, &core)
    let reply = reply(ticket, core)
    var change = CommitRequest(
      command: command, caller: call.caller, deadline: deadline, supplement: supplement,
      bytes: call.size, reply: reply)
    change.needsSearch = needsSearch
    if !needsPassword {
      try requireTaken(core.services.changes.put(change), ticket)
    } else {
      let request = PasswordRequest(
        purpose: .change(change, newPassword: newPassword), check: call.check,
        party: Party(call.caller), deadline: deadline, reply: reply)
      try requireTaken(core.services.passwords.queue.put(request, bytes: call.size), ticket)
    }
  }

  /// Hands a question to the query thread.
  mutating func query<Request>(
    _ question: QueryRequest.Question, _ call: Admission<Request>, _ core: inout ReactorCore
  ) throws(Refusal) {
    // Counted before they are made: where the peer does not read, they all wait here.
    guard calls.answerBytes + Request.method.longestRead <= Limits.answerBytesInFlight else {
      throw .tooManyReads
    }
    let (ticket, deadline) = try begin(call.header, &core)
    let request = QueryRequest(
      question: question, caller: call.caller, deadline: deadline, reply: reply(ticket, core))
    try requireTaken(core.services.queries.put(request), ticket)
  }

  mutating func begin(
    _ header: FrameHeader, _ core: inout ReactorCore
  ) throws(Refusal) -> (call: CallTicket, deadline: Int64?) {
    guard calls.count < Limits.callsInFlight, let method = header.method else {
      throw Refusal(
        .resourceExhausted,
        "the connection has \(Limits.callsInFlight) calls in flight; wait for answers",
        retryAfterMilliseconds: 10)
    }
    var deadline: Int64?
    if header.timeoutMilliseconds > 0 {
      let moment =
        SystemClock.monotonicNanoseconds() + Int64(header.timeoutMilliseconds) * 1_000_000
      core.deadlines.watch(registration, until: moment)
      deadline = moment
    }
    return (calls.begin(header.call, method, deadline: deadline), deadline)
  }

  func reply(_ call: CallTicket, _ core: borrowing ReactorCore) -> ReplyAddress {
    ReplyAddress(reactor: core.mailbox, connection: registration, call: call)
  }

  /// Takes a call back that was not taken by the thread it was for.
  mutating func requireTaken(_ admission: WorkAdmission, _ call: CallTicket) throws(Refusal) {
    switch admission {
    case .taken: return
    case .full:
      calls.end(call)
      throw .queueFull
    case .closed:
      calls.end(call)
      throw Refusal(.unavailable, Connection.stopping)
    }
  }
}

extension Method {
  /// What the answer to a question for the query thread may take; 0 for other methods.
  var longestRead: Int {
    switch self {
    case .list, .listEvents, .listUsers, .listEntries, .readBackup: Limits.frameLength
    // A user's grants may name as many methods as fit a frame, and so may a set.
    case .getUser, .getEntry: Limits.frameLength
    case .get: Limits.methodsPerToken * 128
    default: 0
    }
  }
}

extension Refusal {
  static let tooManyReads = Refusal(
    .resourceExhausted,
    "the connection has reads in flight whose answers may take \(Limits.answerBytesInFlight >> 20) MiB, "
      + "which is the most; wait for one", retryAfterMilliseconds: 10)

  static let queueFull = Refusal(
    .resourceExhausted, "the authority has more calls waiting than it takes; try again",
    retryAfterMilliseconds: 100)
}
