import TesseraEngine
import TesseraModel

extension PlainAuthority {
  mutating func issue(
    _ command: IssueCommand, _ change: Change, _ id: TokenID?
  ) throws(Faults) -> Answer {
    guard mayIssueSome(change.powers) else { throw .any(.permissionDenied) }
    if let (key, request) = command.idempotency, let used = idempotency[key],
      change.now < used.keptUntil
    {
      guard used.request == request else { throw .any(.invalidArgument) }
      guard let token = tokens[used.token] else { throw .any(.failedPrecondition) }
      let seen = mayIssue(token, change.powers) ? token : shown(token, to: change.powers)
      guard let seen else { throw .any(.failedPrecondition) }
      return .issued(seen, replayed: true)
    }
    let command = try filled(command, change)
    let token = try checked(
      TokenRecord(
        id: id ?? lastID, kind: command.kind, name: command.name,
        description: command.description, owner: command.owner,
        projects: command.projects?.sorted, environment: command.environment,
        scopes: (command.scopes ?? .kindDefault).sorted, permissions: command.permissions,
        createdAt: change.now, createdBy: change.actor,
        credentials: Credentials(current: command.digest)),
      until: command.expiry, change)
    // The engine refused it, and will be told so.
    guard id != nil else { return .issued(token, replayed: false) }
    add(token)
    if let (key, request) = command.idempotency {
      idempotency[key] = IdempotencyEntry(
        key: key, request: request, token: token.id,
        keptUntil: change.now + .seconds(24 * 3600))
    }
    note(.tokenIssued, .tokens([token.id]), change)
    return .issued(token, replayed: false)
  }

  /// The new token with its end, where all that is asked of one holds.
  private func checked(
    _ token: TokenRecord, until expiry: Expiry, _ change: Change
  ) throws(Faults) -> TokenRecord {
    var token = token
    let powers = change.powers
    var conditions = Conditions()
    conditions.attempt { () throws(Faults) in try checkShape(token) }
    conditions.attempt { () throws(Faults) in
      token.expiresAt = try end(
        expiry, unsaid: unsaidEnd(of: token.kind, change), at: change.now)
    }
    // Who may not ask does not learn which names there are.
    conditions.attempt { () throws(Faults) in
      guard mayIssue(token, powers), outlivesNothing(token, powers) else {
        throw .any(.permissionDenied)
      }
      try checkOwner(token)
      try checkNames(token)
    }
    try conditions.check()
    guard self.token(holding: token.credentials.current) == nil else {
      throw .any(.alreadyExists)
    }
    try checkRoom(for: token)
    return token
  }

  /// 30 days for PERSONAL, and no later than the token that a user came with where that is scoped.
  private func unsaidEnd(of kind: TokenKind, _ change: Change) -> Timestamp? {
    let end = kind == .personal ? change.now + .seconds(30 * 86_400) : nil
    guard change.powers.isScoped, let cap = change.powers.expiresAt else { return end }
    return min(end ?? cap, cap)
  }

  /// More tokens for one user than are allowed.
  func checkRoom(for token: TokenRecord) throws(Faults) {
    guard let owner = token.owner else { return }
    guard tokenCount(of: owner) < Limits.tokensPerOwner else { throw .any(.resourceExhausted) }
  }

  mutating func add(_ token: TokenRecord) {
    lastID = token.id
    order.append(token.id)
    tokens[token.id] = token
    holders[token.credentials.current] = token.id
  }

  /// The end that was asked for; nil is never.
  func end(
    _ expiry: Expiry, unsaid: Timestamp?, at now: Timestamp
  ) throws(Faults) -> Timestamp? {
    let end: Timestamp
    switch expiry {
    case .unspecified: return unsaid
    case .never: return nil
    case .at(let moment): end = moment
    case .after(let lifetime): end = now + lifetime
    }
    guard end > now, end <= now + Limits.lifetime, end < .latest else {
      throw .any(.invalidArgument)
    }
    return end
  }

  /// The command with what it leaves out taken from the token that it copies.
  private func filled(
    _ command: IssueCommand, _ change: Change
  ) throws(Faults) -> IssueCommand {
    var filled = command
    if let id = command.copyOf {
      guard let token = tokens[id],
        let source = mayIssue(token, change.powers) ? token : shown(token, to: change.powers)
      else { throw .any(.notFound) }
      try fill(&filled, from: source, at: change.now)
    }
    if filled.kind == .personal { filled.owner = filled.owner ?? change.powers.user }
    return filled
  }

  private func fill(
    _ command: inout IssueCommand, from source: TokenRecord, at now: Timestamp
  ) throws(Faults) {
    if command.name.isEmpty { command.name = source.name }
    if command.description.isEmpty { command.description = source.description }
    switch command.kind {
    case .admin, .proxyKey: break
    case .service: if command.permissions.isEmpty { command.permissions = source.permissions }
    case .personal:
      command.owner = command.owner ?? source.owner
      command.scopes = command.scopes ?? source.scopes
    case .client, .frontend:
      command.projects = command.projects ?? source.projects
      command.environment = command.environment ?? source.environment
      command.scopes = command.scopes ?? source.scopes
    }
    guard command.expiry == .unspecified else { return }
    if let end = source.expiresAt {
      guard now < end else { throw .any(.failedPrecondition) }
      command.expiry = .at(end)
    } else if command.kind == source.kind {
      command.expiry = .never
    }
  }
}
