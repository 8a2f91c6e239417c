import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// Issue, Update, Regenerate and Revoke: understood here, decided and made durable by the committer.
extension Connection {
  mutating func issue(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore
  ) throws(Refusal) {
    let caller = try requireIssuing(core)
    let request = try read(payload, as: IssueRequest.self)
    let (command, value) = try Connection.command(request, by: caller, core)
    try commit(.issue(command), value, header, payload.byteCount, &core)
  }

  mutating func update(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore
  ) throws(Refusal) {
    _ = try requireIssuing(core)
    let request = try read(payload, as: UpdateRequest.self)
    guard let id = request.id else { throw .noTokenNamed }
    var command = UpdateCommand(id)
    command.ifVersion = request.ifVersion
    command.name = request.name
    command.description = request.description
    command.projects = request.projects
    command.scopes = request.scopes
    command.expiry = Expiry(request.expiry)
    try commit(.update(command), nil, header, payload.byteCount, &core)
  }

  mutating func regenerate(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore
  ) throws(Refusal) {
    _ = try requireIssuing(core)
    let request = try read(payload, as: RegenerateRequest.self)
    guard let id = request.id else { throw .noTokenNamed }
    let token = try Connection.requireIssued(id, field: "id", core)
    let value = Connection.newValue(token)
    var command = RegenerateCommand(id, digest: unsafe SHA256.digest(of: value.span.bytes))
    command.overlap = request.overlap
    command.expiry = Expiry(request.expiry)
    try commit(.regenerate(command), Secret(value), header, payload.byteCount, &core)
  }

  mutating func revoke(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore
  ) throws(Refusal) {
    // Any caller may revoke what it holds; one whose token has ended takes up no queue.
    _ = try requireRights(core, Timestamp(microseconds: SystemClock.wallMicroseconds()))
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
      throw Refusal(
        .invalidArgument, "name tokens, show a value, or give a filter", field: "target")
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

  /// Who may ask for a token to be issued or changed. The committer asks again; here it keeps what
  /// will be refused from taking up its queue.
  private func requireIssuing(
    _ core: borrowing ReactorCore
  ) throws(Refusal) -> TesseraEngine.Caller {
    let (caller, rights) = try requireRights(
      core, Timestamp(microseconds: SystemClock.wallMicroseconds()))
    guard rights.has(.tokensIssue) else { throw .lacks(.tokensIssue) }
    return caller
  }

  /// What the token was issued for, which a new value shows as the old one does. Whether the caller
  /// may know of it is the committer's to say, in the same words.
  private static func requireIssued(
    _ id: TokenID, field: String, _ core: borrowing ReactorCore
  ) throws(Refusal) -> IssuedFor {
    guard let token = core.reader.issuedFor(id) else { throw .noToken(id, field: field) }
    return token
  }

  /// Makes the new value, and the command whose digest it has.
  private static func command(
    _ request: IssueRequest, by caller: TesseraEngine.Caller, _ core: borrowing ReactorCore
  ) throws(Refusal) -> (IssueCommand, Secret) {
    let source = try request.copyOf.map { id throws(Refusal) in
      try requireIssued(id, field: "copy_of", core)
    }
    guard let kind = request.kind ?? source?.kind else {
      throw Refusal(.invalidArgument, "say what kind of token", field: "kind")
    }
    guard request.idempotencyKey.utf8.count <= Limits.idempotencyKeyBytes else {
      throw Refusal(
        .invalidArgument, "a key has at most \(Limits.idempotencyKeyBytes) bytes",
        field: "idempotency_key")
    }
    let value = newValue(
      IssuedFor(
        kind: kind, projects: request.projects ?? source?.projects,
        environment: request.environment ?? source?.environment))
    var command = IssueCommand(
      kind: kind, digest: unsafe SHA256.digest(of: value.span.bytes),
      entropy: SecureRandom.word())
    command.name = request.name
    command.description = request.description
    command.owner = request.owner
    command.projects = request.projects
    command.environment = request.environment
    command.scopes = request.scopes
    command.permissions = request.permissions
    command.expiry = Expiry(request.expiry)
    command.copyOf = request.copyOf
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
  private static func newValue(_ token: IssuedFor) -> [UInt8] {
    let isPlaced = token.projects != nil && token.environment != nil
    if token.kind == .proxyKey || (token.kind.isBoundToEnvironment && !isPlaced) {
      return TokenValue.make(prefix: "")
    }
    return TokenValue.make(
      prefix: TokenValue.prefix(
        kind: token.kind, projects: token.projects, environment: token.environment))
  }
}

extension Expiry {
  fileprivate init(_ choice: ExpiryChoice?) {
    self =
      switch choice {
      case .at(let time): .at(time)
      case .after(let lifetime): .after(lifetime)
      case .never: .never
      case nil: .unspecified
      }
  }
}

extension Refusal {
  fileprivate static let noTokenNamed = Refusal(.invalidArgument, "name a token", field: "id")
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
