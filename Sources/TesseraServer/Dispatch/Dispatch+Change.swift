import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// Issue and Revoke: understood here, decided and made durable by the committer.
extension Connection {
  mutating func issue(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore
  ) throws(Refusal) {
    let (caller, rights) = try requireRights(
      core, Timestamp(microseconds: SystemClock.wallMicroseconds()))
    // The committer asks again; here it keeps what will be refused from taking up its queue.
    guard rights.has(.tokensIssue) else { throw .lacks(.tokensIssue) }
    let request = try read(payload, as: IssueRequest.self)
    let (command, value) = try Connection.command(request, by: caller)
    try commit(.issue(command), value, header, payload.byteCount, &core)
  }

  mutating func revoke(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore
  ) throws(Refusal) {
    let request = try read(payload, as: RevokeRequest.self)
    let target: RevokeCommand.Target
    switch request.target {
    case .ids(let ids): target = .tokens(ids)
    case .value(let value):
      target = .value(unsafe SHA256.digest(of: value.bytes.span.bytes))
    case .filter(let asked):
      var filter = TesseraEngine.RevokeFilter()
      filter.kinds = asked.kinds
      filter.owner = asked.owner
      filter.project = asked.project
      filter.environment = asked.environment
      filter.issuedBefore = asked.issuedBefore
      target = .filter(filter)
    case nil:
      throw Refusal(.invalidArgument, "name the tokens, or show a value", field: "target")
    }
    let command = RevokeCommand(target, reason: request.reason)
    try commit(.revoke(command), nil, header, payload.byteCount, &core)
  }

  /// Hands a change to the committer, whose answer comes back to this connection.
  private mutating func commit(
    _ command: Command, _ value: Secret?, _ header: FrameHeader, _ bytes: Int,
    _ core: inout ReactorCore
  ) throws(Refusal) {
    guard let caller else { throw .unauthenticated }
    let (call, deadline) = try begin(header, &core)
    let request = CommitRequest(
      command: command, caller: caller, deadline: deadline, value: value,
      reply: reply(call, core))
    try admit(core.services.commits.put(.change(request), bytes: bytes), call)
  }

  /// Makes the new value, and the command whose digest it has.
  private static func command(
    _ request: IssueRequest, by caller: TesseraEngine.Caller
  ) throws(Refusal) -> (IssueCommand, Secret) {
    guard let kind = request.kind else {
      throw Refusal(.invalidArgument, "say what kind of token", field: "kind")
    }
    guard request.copyOf == nil else {
      throw Refusal(.unimplemented, "copying a token is not available", field: "copy_of")
    }
    guard request.idempotencyKey.utf8.count <= Limits.idempotencyKeyBytes else {
      throw Refusal(
        .invalidArgument, "a key has at most \(Limits.idempotencyKeyBytes) bytes",
        field: "idempotency_key")
    }
    let value = newValue(request, kind)
    var command = IssueCommand(
      kind: kind, digest: unsafe SHA256.digest(of: value.span.bytes),
      entropy: SecureRandom.word())
    command.name = request.name
    command.description = request.description
    command.owner = request.owner
    command.projects = request.projects
    command.environment = request.environment
    command.scopes = request.scopes ?? .kindDefault
    command.permissions = request.permissions
    command.expiry =
      switch request.expiry {
      case .at(let time): .at(time)
      case .after(let lifetime): .after(lifetime)
      case .never: .never
      case nil: .unspecified
      }
    if !request.idempotencyKey.isEmpty {
      let owned = Array("\(caller.actor)\u{0}\(request.idempotencyKey)".utf8)
      command.idempotency = (
        key: unsafe SHA256.digest(of: owned.span.bytes),
        request: unsafe SHA256.digest(of: request.encoded.span.bytes)
      )
    }
    return (command, Secret(value))
  }

  /// A value for what is asked; where the engine will refuse that anyway, one of no use.
  private static func newValue(_ request: IssueRequest, _ kind: TokenKind) -> [UInt8] {
    let isPlaced = request.projects != nil && request.environment != nil
    if kind == .proxyKey || (kind.isBoundToEnvironment && !isPlaced) {
      return TokenValue.make(prefix: "")
    }
    return TokenValue.make(
      prefix: TokenValue.prefix(
        kind: kind, projects: request.projects, environment: request.environment))
  }
}

/// Calls whose answer comes from another thread.
extension Connection {
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
      core.watch(moment)
      deadline = moment
    }
    return (calls.begin(header.call, method, deadline: deadline), deadline)
  }

  func reply(_ call: CallTicket, _ core: borrowing ReactorCore) -> ReplyAddress {
    ReplyAddress(reactor: core.mailbox, connection: registration, call: call)
  }

  /// Takes a call back that was not taken by the thread it was for.
  mutating func admit<Work>(
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

extension Refusal {
  static let queueFull = Refusal(
    .resourceExhausted, "the authority has more calls waiting than it takes; try again",
    retryAfterMilliseconds: 100)
}
