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
    _ core: inout ReactorCore
  ) throws(Refusal) {
    if let check = call.check { try core.services.passwords.requireAttempt(check) }
    let needsPassword = call.check != nil || newPassword != nil
    guard !needsPassword || calls.passwords < Limits.passwordsInFlight else {
      throw .tooManyPasswords
    }
    let (ticket, deadline) = try begin(call.header, needsPassword: needsPassword, &core)
    let reply = reply(ticket, core)
    let change = CommitRequest(
      command: command, caller: call.caller, deadline: deadline, supplement: supplement,
      bytes: call.size, reply: reply)
    if !needsPassword {
      try requireTaken(core.services.commits.put(.change(change), bytes: call.size), ticket)
    } else {
      let request = PasswordRequest(
        purpose: .change(change, newPassword: newPassword), check: call.check,
        deadline: deadline, reply: reply)
      try requireTaken(core.services.passwords.queue.put(request, bytes: call.size), ticket)
    }
  }

  /// Hands a question to the query thread.
  mutating func query<Request>(
    _ question: QueryRequest.Question, _ call: Admission<Request>, _ core: inout ReactorCore
  ) throws(Refusal) {
    if Request.method.isList {
      guard calls.lists < Limits.listsInFlight else {
        throw Refusal(
          .resourceExhausted,
          "the connection has \(Limits.listsInFlight) lists in flight; wait for one",
          retryAfterMilliseconds: 10)
      }
    }
    let (ticket, deadline) = try begin(call.header, &core)
    let request = QueryRequest(
      question: question, caller: call.caller, deadline: deadline, reply: reply(ticket, core))
    try requireTaken(core.services.queries.put(request), ticket)
  }

  mutating func begin(
    _ header: FrameHeader, needsPassword: Bool = false, _ core: inout ReactorCore
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
    let ticket = calls.begin(
      header.call, method, deadline: deadline, needsPassword: needsPassword)
    return (ticket, deadline)
  }

  func reply(_ call: CallTicket, _ core: borrowing ReactorCore) -> ReplyAddress {
    ReplyAddress(reactor: core.mailbox, connection: registration, call: call)
  }

  /// Takes a call back that was not taken by the thread it was for.
  mutating func requireTaken<Work>(
    _ admission: WorkQueue<Work>.Admission, _ call: CallTicket
  ) throws(Refusal) {
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
  /// Whether its answer may be as long as a frame, and takes turns with others of its sort.
  var isList: Bool {
    switch self {
    case .list, .listEvents, .listUsers, .listEntries, .readBackup: true
    default: false
    }
  }
}

extension Refusal {
  static let tooManyPasswords = Refusal(
    .resourceExhausted,
    "the connection has \(Limits.passwordsInFlight) calls in flight for which passwords are checked or "
      + "hashed; wait for one", retryAfterMilliseconds: 100)

  static let queueFull = Refusal(
    .resourceExhausted, "the authority has more calls waiting than it takes; try again",
    retryAfterMilliseconds: 100)
}
