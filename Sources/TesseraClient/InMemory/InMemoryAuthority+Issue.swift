import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  /// The actor of everything that is done here.
  static let caller = Actor.certificate("in-memory")

  public func issue(_ request: IssueRequest) throws(TesseraError) -> IssuedToken {
    let key = request.idempotencyKey
    guard key.utf8.count <= Limits.idempotencyKeyBytes else {
      throw .invalid(
        "idempotency_key", "a key has at most \(Limits.idempotencyKeyBytes) bytes")
    }
    if let replay = try replay(request) { return replay }
    var filled = request
    if let id = request.copyOf { try fill(&filled, from: id) }
    let kind = try checkShape(filled)
    let token = try make(kind, filled)
    try checkNames(filled)
    try checkRoom(for: token.owner)
    let value = Secret(
      TestValue.make(kind: kind, projects: token.projects, environment: token.environment))
    numbers[value] = held.count
    if !key.isEmpty, let id = token.id {
      keys[key] = (request, id, now + Limits.idempotencyKept)
    }
    held.append(Held(token: token, value: value))
    var changes = FieldChange.between(nil, token)
    if let source = request.copyOf { changes.append(.copy(of: source)) }
    note(.tokenIssued, changes, tokens: [token.id])
    return IssuedToken(
      value: value, token: shown(held[held.count - 1]),
      warnings: InMemoryAuthority.warnings(token), revision: revision)
  }

  /// What was issued with the request's key, for as long as the key is kept.
  private func replay(_ request: IssueRequest) throws(TesseraError) -> IssuedToken? {
    guard let used = keys[request.idempotencyKey], now < used.keptUntil else { return nil }
    guard used.request == request else {
      throw .invalid("idempotency_key", "the key was used for another request")
    }
    guard let issued = held.first(where: { $0.token.id == used.token }) else {
      throw .precondition(
        "idempotency_key", "the token that was issued with this key is gone; take a new key")
    }
    return IssuedToken(value: nil, token: shown(issued), isReplay: true, revision: revision)
  }

  /// A token as a request wants it, which was checked.
  func make(_ kind: TokenKind, _ request: IssueRequest) throws(TesseraError) -> Token {
    made += 1
    var token = Token()
    token.id = TokenID(high: UInt64(max(0, now.microseconds / 1000)) << 16, low: made)
    token.kind = kind
    token.name = request.name
    token.description = request.description
    token.owner = request.owner
    token.projects = request.projects?.normalised
    token.environment = request.environment
    token.scopes = (request.scopes ?? .kindDefault).normalised
    token.permissions = request.permissions
    token.createdAt = now
    token.createdBy = InMemoryAuthority.caller
    if let asked = request.expiry {
      token.expiresAt = try end(asked)
    } else if kind == .personal {
      token.expiresAt = now + Limits.personalLifetime
    }
    token.version = 1
    return token
  }
}

extension InMemoryAuthority {
  /// Takes from a token what was left out, as far as the new one's kind has it.
  private func fill(_ request: inout IssueRequest, from id: TokenID) throws(TesseraError) {
    guard let source = held.first(where: { $0.token.id == id })?.token else {
      throw .refused(Refusal(.notFound, "there is no token \(id)", field: "copy_of"))
    }
    let kind = request.kind ?? source.kind
    request.kind = kind
    if request.name.isEmpty { request.name = source.name }
    if request.description.isEmpty { request.description = source.description }
    if kind?.isBoundToEnvironment == true {
      request.projects = request.projects ?? source.projects
      request.environment = request.environment ?? source.environment
    }
    if kind == .personal { request.owner = request.owner ?? source.owner }
    if kind == .service {
      if request.permissions.isEmpty { request.permissions = source.permissions }
    } else if kind != .admin {
      request.scopes = request.scopes ?? source.scopes
    }
    guard request.expiry == nil else { return }
    guard let end = source.expiresAt else {
      if kind == source.kind { request.expiry = .never }
      return
    }
    guard now < end else {
      throw .precondition(
        "expires_at", "the token that is copied has expired; say when the copy is to end")
    }
    request.expiry = .at(end)
  }
}
