import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraWire

/// Issue, Update, Regenerate, Revoke and Purge: understood here, decided and made durable by the
/// committer.
extension Connection {
  mutating func issue(
    _ call: Admission<IssueRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let (command, value) = try Connection.command(call, core)
    try commit(.issue(command), call, adding: .value(value), &core)
  }

  mutating func update(
    _ call: Admission<UpdateRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let request = call.request
    guard let id = request.id else { throw .noTokenNamed }
    var command = UpdateCommand(id)
    command.ifVersion = request.ifVersion
    command.name = request.name
    command.description = request.description
    command.projects = request.projects
    command.scopes = request.scopes
    command.expiry = Expiry(request.expiry)
    try commit(.update(command), call, &core)
  }

  mutating func regenerate(
    _ call: Admission<RegenerateRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    guard let id = call.request.id else { throw .noTokenNamed }
    let value = Connection.newValue(core.reader.issuedFor(id))
    var command = RegenerateCommand(id, digest: unsafe SHA256.digest(of: value.span.bytes))
    command.overlap = call.request.overlap
    command.expiry = Expiry(call.request.expiry)
    try commit(.regenerate(command), call, adding: .value(Secret(value)), &core)
  }

  mutating func revoke(
    _ call: Admission<RevokeRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    let target: RevokeCommand.Target
    var needsSearch = false
    switch call.request.target {
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
      target = .found([], filter)
      needsSearch = true
    case nil:
      throw Refusal(
        .invalidArgument, "name tokens, show a value, or give a filter", field: "target")
    }
    let command = RevokeCommand(target, reason: call.request.reason)
    try commit(.revoke(command), call, needsSearch: needsSearch, &core)
  }

  mutating func purge(
    _ call: Admission<PurgeRequest>, _ core: inout ReactorCore
  ) throws(Refusal) {
    guard let endedBefore = call.request.endedBefore else {
      throw Refusal(
        .invalidArgument, "say before which moment the tokens ended", field: "ended_before")
    }
    var command = PurgeCommand(endedBefore: endedBefore)
    let seal = PageSeal(call.request, core.services.pageKey)
    if let position = try call.request.startingPoint(seal) {
      guard let id = TokenID(position: position) else { throw .foreignPageToken }
      command.after = id
    }
    try commit(.purge(command), call, adding: .pages(seal), &core)
  }

  /// Makes the new value, and the command whose digest it has.
  private static func command(
    _ call: Admission<IssueRequest>, _ core: borrowing ReactorCore
  ) throws(Refusal) -> (IssueCommand, Secret) {
    let request = call.request
    let source = request.copyOf.flatMap { core.reader.issuedFor($0) }
    // Where there is no source, the committer says so, as where it is not the caller's to see.
    let ofMissing: TokenKind? = request.copyOf == nil ? nil : .client
    guard let kind = request.kind ?? source?.kind ?? ofMissing else {
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
      let owned = Connection.ownedKey(
        request.idempotencyKey, of: call.caller.actor, since: call.rights.userSince)
      // Without its context: the same request, confirmed in another way, is the same.
      var asked = request
      asked.context = nil
      command.idempotency = (
        key: unsafe SHA256.digest(of: owned.span.bytes),
        request: unsafe SHA256.digest(of: asked.encoded.span.bytes)
      )
    }
    return (command, Secret(value))
  }

  /// A caller's key, told from those of all others. It is kept on disk as a digest, so its form is
  /// the protocol's, which does not change.
  ///
  /// - Parameter since: when a user was created. Who had the id before was somebody else, with other
  ///   keys.
  static func ownedKey(_ key: String, of actor: Actor, since: Timestamp?) -> [UInt8] {
    var owned = ByteBuffer()
    owned.append(field: 1, actor: actor)
    owned.append(field: 2, string: since?.text ?? "")
    owned.append(field: 3, string: key)
    return owned.bytes.array
  }

  /// A value for what is asked; where the engine will refuse that anyway, one of no use. So it is
  /// where there is no such token: the committer says it, after all that it would ask of one that
  /// there is.
  private static func newValue(_ token: IssuedFor?) -> [UInt8] {
    guard let token else { return TokenValue.make(prefix: "") }
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
  static let noTokenNamed = Refusal(.invalidArgument, "name a token", field: "id")
}
