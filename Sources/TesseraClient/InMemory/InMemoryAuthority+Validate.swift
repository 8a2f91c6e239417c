import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func validate(_ request: ValidateRequest) throws(TesseraError) -> Validation {
    guard request.minRevision <= revision else {
      throw .refused(
        Refusal(
          .unavailable, "revision \(request.minRevision.rawValue) is not reached",
          field: "min_revision"))
    }
    guard let number = numbers[request.token] else {
      return Validation(
        mayBeValue(request.token) ? .notFound : .malformed, revision: revision)
    }
    let token = shown(held[number])
    let isReplaced = token.state == .active && self.number(holding: request.token) == nil
    let verdict = isReplaced ? .expired : verdict(on: token, request)
    guard verdict == .allowed else { return Validation(verdict, revision: revision) }
    countUse(of: request.token, number)
    return Validation(
      .allowed, id: token.id, kind: token.kind, revision: revision,
      details: request.details ? TokenDetails(token) : nil)
  }

  public func validateBatch(_ requests: [ValidateRequest]) throws(TesseraError) -> [Validation] {
    guard requests.count <= Limits.batchValidations else {
      throw .invalid("requests", "a batch has at most \(Limits.batchValidations) requests")
    }
    var answers: [Validation] = []
    for request in requests { answers.append(try validate(request)) }
    return answers
  }

  /// Older values have no checksum, so while some are held any other might be one of them.
  private func mayBeValue(_ value: Secret) -> Bool {
    if TestValue.isWellFormed(value.bytes) { return true }
    return unsafe holdsUnchecked && TokenShape(value.bytes.span.bytes) != nil
  }

  private func countUse(of value: Secret, _ number: Int) {
    let second = Timestamp(microseconds: now.microseconds - now.microseconds % 1_000_000)
    held[number].token.uses += 1
    held[number].token.lastUsedAt = second
    if held[number].value == value {
      held[number].valueLastUsedAt = second
    } else {
      held[number].previous?.lastUsedAt = second
    }
  }

  /// The first of the documented verdicts that fits, in their order.
  private func verdict(on token: Token, _ request: ValidateRequest) -> Verdict {
    guard let kind = token.kind else { return .notFound }
    if token.state == .revoked { return .revoked }
    if token.state == .expired { return .expired }
    let owner = token.owner.flatMap { users[$0] }
    if kind == .personal, owner?.isDisabled ?? true { return .ownerInactive }
    let kinds = request.kinds.isEmpty ? .secret : request.kinds
    if !kinds.contains(kind) { return .wrongKind }
    if let project = request.project {
      guard registry[.project(project)] != nil, opens(project, token, kind, owner) else {
        return .wrongProject
      }
    }
    if let environment = request.environment {
      guard registry[.environment(environment)] != nil, opens(environment, token, kind) else {
        return .wrongEnvironment
      }
    }
    if let method = request.method {
      guard registry[.method(method)] != nil, opens(method, token, kind),
        owner.map({ opens(method, in: request.project, $0) }) ?? true
      else { return .missingScope }
    }
    return .allowed
  }

  private func opens(
    _ project: ProjectID, _ token: Token, _ kind: TokenKind, _ owner: User?
  ) -> Bool {
    switch kind {
    case .admin: true
    case .personal: owner.map { opens(project, $0) } ?? false
    case .client, .frontend: token.projects?.includes(project) ?? false
    case .service, .proxyKey: false
    }
  }

  private func opens(_ environment: EnvironmentID, _ token: Token, _ kind: TokenKind) -> Bool {
    switch kind {
    case .admin, .personal: true
    case .client, .frontend: token.environment == environment
    case .service, .proxyKey: false
    }
  }

  private func opens(_ method: MethodName, _ token: Token, _ kind: TokenKind) -> Bool {
    guard let scopes = token.scopes, scopes != .kindDefault else {
      return switch kind {
      case .admin, .personal: true
      case .client: set(.client, holds: method)
      case .frontend: set(.frontend, holds: method)
      case .service, .proxyKey: false
      }
    }
    return self.scopes(scopes, hold: method)
  }
}

extension TokenDetails {
  fileprivate init(_ token: Token) {
    self.init()
    owner = token.owner
    name = token.name
    projects = token.projects
    environment = token.environment
    scopes = token.scopes
    expiresAt = token.expiresAt
  }
}
