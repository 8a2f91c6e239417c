import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  /// The actor of everything that is done here.
  static let caller = Actor.certificate("in-memory")

  public func issue(_ request: IssueRequest) throws(TesseraError) -> IssuedToken {
    if let used = keys[request.idempotencyKey], !request.idempotencyKey.isEmpty {
      guard used.request == request else {
        throw .invalid("idempotency_key", "the key was used for another request")
      }
      return IssuedToken(
        value: nil, token: shown(held[used.number]), isReplay: true, revision: revision)
    }
    var request = request
    let key = request.idempotencyKey
    let asked = request
    if let id = request.copyOf { try fill(&request, from: id) }
    let kind = try check(request)
    let token = try make(kind, request)
    let value = Secret(
      TestValue.make(kind: kind, projects: token.projects, environment: token.environment))
    numbers[value] = held.count
    if !key.isEmpty { keys[key] = (asked, held.count) }
    held.append(Held(token: token, value: value))
    revision = revision.next
    return IssuedToken(
      value: value, token: shown(held[held.count - 1]),
      warnings: InMemoryAuthority.warnings(token), revision: revision)
  }

  func make(_ kind: TokenKind, _ request: IssueRequest) throws(TesseraError) -> Token {
    var token = Token()
    token.id = TokenID(
      high: UInt64(max(0, now.microseconds / 1000)) << 16, low: UInt64(held.count + 1))
    token.kind = kind
    token.name = request.name
    token.description = request.description
    token.owner = request.owner
    token.projects = request.projects
    token.environment = request.environment
    token.scopes = request.scopes ?? .kindDefault
    token.permissions = request.permissions
    token.createdAt = now
    token.createdBy = InMemoryAuthority.caller
    token.expiresAt = try expiry(kind, request.expiry)
    token.version = 1
    return token
  }

  private func expiry(
    _ kind: TokenKind, _ asked: ExpiryChoice?
  ) throws(TesseraError) -> Timestamp? {
    guard let asked else { return kind == .personal ? now + Limits.personalLifetime : nil }
    return try end(asked)
  }

  /// nil is never.
  func end(_ asked: ExpiryChoice) throws(TesseraError) -> Timestamp? {
    let end: Timestamp
    switch asked {
    case .never: return nil
    case .at(let moment): end = moment
    case .after(let lifetime): end = now + lifetime
    }
    guard end > now else { throw .invalid("expires_at", "the expiry is not in the future") }
    return end
  }

  func check(_ request: IssueRequest) throws(TesseraError) -> TokenKind {
    guard let kind = request.kind, kind != .proxyKey else {
      throw .invalid("kind", "name a kind that is issued")
    }
    if request.name.utf8.count > Limits.tokenNameBytes {
      throw .invalid("name", "a name has at most \(Limits.tokenNameBytes) bytes")
    }
    guard (request.owner != nil) == (kind == .personal) else {
      throw .invalid("owner", "PERSONAL tokens have an owner, and no others")
    }
    guard request.permissions.isEmpty == (kind != .service) else {
      throw .invalid("permissions", "SERVICE tokens have permissions, and no others")
    }
    guard (request.projects != nil) == kind.isBoundToEnvironment else {
      throw .invalid("projects", "CLIENT and FRONTEND tokens have projects, and no others")
    }
    guard (request.environment != nil) == kind.isBoundToEnvironment else {
      throw .invalid("environment", "CLIENT and FRONTEND tokens have one environment, no others")
    }
    if let environment = request.environment, !environments.contains(environment) {
      throw .invalid("environment", "there is no environment \(environment)")
    }
    for project in request.projects?.named ?? [] where !projects.contains(project) {
      throw .invalid("projects", "there is no project \(project)")
    }
    if request.projects == .list([]) {
      throw .invalid("projects", "the list of projects is empty; name at least one")
    }
    return kind
  }
}

extension ProjectSelection {
  /// The projects that are named one by one.
  fileprivate var named: [ProjectID] {
    switch self {
    case .one(let project): [project]
    case .list(let projects): projects
    case .all: []
    }
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
