import TesseraModel

@testable import TesseraEngine

/// One whole question; what is nil is not asked.
struct PlainQuestion {
  var kinds: KindSet?
  var project: ProjectID?
  var environment: EnvironmentID?
  var method: MethodName?
}

/// Methods of the product's API: all there are and will be, or these.
enum MethodsOpened: Equatable {
  case all
  case some(Set<MethodName>)

  func contains(_ method: MethodName) -> Bool {
    if case .some(let methods) = self { methods.contains(method) } else { true }
  }

  func contains(_ other: MethodsOpened) -> Bool {
    switch (self, other) {
    case (.all, _): true
    case (.some, .all): false
    case (.some(let all), .some(let part)): part.isSubset(of: all)
    }
  }

  mutating func add(_ other: MethodsOpened) {
    guard case .some(let mine) = self, case .some(let more) = other else {
      self = .all
      return
    }
    self = .some(mine.union(more))
  }
}

extension PlainAuthority {
  /// The verdict for a caller who may validate as these powers say.
  func validate(
    _ digest: Digest, _ question: PlainQuestion, for powers: Powers, at now: Timestamp
  ) -> Verdict {
    guard let token = token(holding: digest) else {
      return validateProxyKey(digest, question, for: powers)
    }
    guard mayLearn(of: token, question, powers) else { return .notFound }
    if token.revocation != nil { return .revoked }
    if let end = end(of: digest, token), now >= end { return .expired }
    if let owner = token.owner, !isActive(owner) { return .ownerInactive }
    if !(question.kinds ?? .secret).contains(token.kind) { return .wrongKind }
    if let project = question.project, !opens(token, project) { return .wrongProject }
    if let place = question.environment, !opens(token, place) { return .wrongEnvironment }
    if let method = question.method, !opens(token, method, in: question.project) {
      return .missingScope
    }
    return .allowed
  }

  /// What is told of a token that passed: of a list of projects those within the caller's limits,
  /// and when the value stops.
  func details(of digest: Digest, _ token: TokenRecord, for powers: Powers) -> TokenDetails {
    var projects = token.projects
    if case .list(let list) = projects, !holds(powers, .tokensValidate) {
      let grants = powers.grants.filter { $0.permission == .tokensValidate }
      projects = .list(
        list.filter { project in grants.contains { $0.projects?.contains(project) ?? true } })
    }
    return TokenDetails(
      name: token.name, owner: token.owner, projects: projects, environment: token.environment,
      scopes: token.scopes, expiresAt: end(of: digest, token))
  }

  /// When the value stops: with the token, and with the overlap where it is the value before.
  func end(of digest: Digest, _ token: TokenRecord) -> Timestamp? {
    guard token.credentials.current != digest, let previous = token.credentials.previous else {
      return token.expiresAt
    }
    return min(token.expiresAt ?? previous.validUntil, previous.validUntil)
  }

  func opens(_ token: TokenRecord, _ project: ProjectID) -> Bool {
    guard exists(.project(project)) else { return false }
    switch token.kind {
    case .admin: return true
    case .service, .proxyKey: return false
    case .personal: return token.owner.map { isMember($0, of: project) } ?? false
    case .client, .frontend:
      return switch token.projects {
      case .one(let one): one == project
      case .list(let list): list.contains(project)
      case .all: true
      case nil: false
      }
    }
  }

  func opens(_ token: TokenRecord, _ environment: EnvironmentID) -> Bool {
    guard exists(.environment(environment)) else { return false }
    return switch token.kind {
    case .admin, .personal: true
    case .service, .proxyKey: false
    case .client, .frontend: token.environment == environment
    }
  }

  /// - Parameter project: the one that is asked about too.
  func opens(_ token: TokenRecord, _ method: MethodName, in project: ProjectID?) -> Bool {
    guard exists(.method(method)) else { return false }
    switch token.kind {
    case .admin: return true
    case .service, .proxyKey: return false
    case .client, .frontend: return methods(token.scopes, of: token.kind).contains(method)
    case .personal:
      guard let owner = token.owner else { return false }
      let held =
        project.map { methods(heldBy: owner, in: $0) } ?? methods(heldAnywhereBy: owner)
      return held.contains(method) && methods(token.scopes, of: .personal).contains(method)
    }
  }

  /// What scopes name, for a token of the kind.
  func methods(_ scopes: ScopeSelection, of kind: TokenKind) -> MethodsOpened {
    switch scopes {
    case .all: .all
    case .some(let sets, let single): .some(Set(sets.flatMap { methods(of: $0) } + single))
    case .kindDefault:
      switch kind {
      case .client: .some(Set(methods(of: .client)))
      case .frontend: .some(Set(methods(of: .frontend)))
      default: .all
      }
    }
  }

  /// A key that the operator chose opens nothing but the question for it, be it with any names
  /// there are.
  private func validateProxyKey(
    _ digest: Digest, _ question: PlainQuestion, for powers: Powers
  ) -> Verdict {
    guard proxyKeys.contains(digest), powers.mayLearnOfProxyKeys else { return .notFound }
    guard question.kinds?.contains(.proxyKey) == true else { return .wrongKind }
    if let project = question.project, !exists(.project(project)) { return .wrongProject }
    if let place = question.environment, !exists(.environment(place)) { return .wrongEnvironment }
    if let method = question.method, !exists(.method(method)) { return .missingScope }
    return .allowed
  }

  /// Whether a caller limited to kinds, projects and environments may learn of the token, and asks
  /// within its own limits: by one of its grants, whole.
  private func mayLearn(of token: TokenRecord, _ question: PlainQuestion, _ powers: Powers) -> Bool
  {
    powers.isAdmin
      || powers.grants.contains { grant in
        grant.permission == .tokensValidate && grant.touches(token)
          && question.project.map { grant.projects?.contains($0) ?? true } ?? true
          && question.environment.map { grant.environments?.contains($0) ?? true } ?? true
      }
  }
}
