import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func update(_ request: UpdateRequest) throws(TesseraError) -> UpdatedToken {
    if request.projects?.isEmpty == true { throw .empty("projects") }
    if let scopes = request.scopes { try checkNotEmpty(scopes) }
    let number = try changeable(request.id)
    let token = held[number].token
    try checkTexts(name: request.name ?? "", description: request.description ?? "")
    var asked = request
    asked.ifVersion = nil
    asked.context = nil
    guard asked != UpdateRequest(request.id ?? TokenID(high: 0, low: 0)) else {
      throw .invalid("", "say what is to change")
    }
    guard shown(held[number]).state == .active else {
      throw .precondition("id", "the token has expired; regenerate it, with a new expiry")
    }
    var changed = try updated(token, request)
    if changed != token {
      if let version = request.ifVersion, version != token.version {
        throw .stale(version, at: token.version)
      }
      try checkKnown(request.projects ?? [], "projects")
      if let scopes = request.scopes { try checkKnown(scopes) }
      changed.version += 1
      held[number].token = changed
      if let end = held[number].previous?.validUntil, end <= now { forgetPrevious(number) }
      note(.tokenUpdated, FieldChange.between(token, changed), tokens: [request.id])
    }
    return UpdatedToken(
      token: shown(held[number]), warnings: InMemoryAuthority.warnings(changed),
      revision: revision)
  }

  public func regenerate(_ request: RegenerateRequest) throws(TesseraError) -> IssuedToken {
    let number = try changeable(request.id)
    let before = held[number].token
    var token = before
    if let overlap = request.overlap, overlap <= .zero || overlap > Limits.overlap {
      throw .invalid("overlap", "an overlap is more than 0 and at most 30 days")
    }
    if shown(held[number]).state == .expired {
      guard request.expiry != nil else {
        throw .precondition("expires_at", "the token has expired; say when it is to end now")
      }
      guard request.overlap == nil else {
        throw .precondition("overlap", "the token has expired, and its value with it")
      }
    }
    if let asked = request.expiry { token.expiresAt = try end(asked) }
    guard let kind = token.kind else { throw .invalid("id", "the token has no kind") }
    let value = Secret(
      TestValue.make(kind: kind, projects: token.projects, environment: token.environment))
    token.version += 1
    forgetPrevious(number)
    let old = held[number].value
    if let overlap = request.overlap {
      held[number].previous = (old, now + overlap, lastUsedAt: held[number].valueLastUsedAt)
    } else {
      numbers[old] = nil
    }
    numbers[value] = number
    held[number].value = value
    held[number].valueLastUsedAt = nil
    held[number].token = token
    var changes = FieldChange.between(before, token)
    if let overlap = request.overlap { changes.append(.overlap(overlap)) }
    note(.tokenRegenerated, changes, tokens: [token.id])
    return IssuedToken(
      value: value, token: shown(held[number]), warnings: InMemoryAuthority.warnings(token),
      revision: revision)
  }

  /// The token of a value; nil where it is no token's, or was replaced and its overlap is over.
  func number(holding value: Secret) -> Int? {
    guard let number = numbers[value] else { return nil }
    guard let previous = held[number].previous, previous.value == value else { return number }
    return now < previous.validUntil ? number : nil
  }

  static func warnings(_ token: Token) -> [String] {
    token.expiresAt == nil ? ["the token never expires; prefer one that does, and renew it"] : []
  }

  private func forgetPrevious(_ number: Int) {
    if let previous = held[number].previous { numbers[previous.value] = nil }
    held[number].previous = nil
  }

  private func changeable(_ id: TokenID?) throws(TesseraError) -> Int {
    guard let id else { throw .invalid("id", "name a token") }
    guard let number = held.firstIndex(where: { $0.token.id == id }) else {
      throw .refused(Refusal(.notFound, "there is no token \(id)", field: "id"))
    }
    guard held[number].token.revocation == nil else {
      throw .precondition("id", "the token was revoked, which is for good; issue another")
    }
    return number
  }

  private func updated(
    _ token: Token, _ request: UpdateRequest
  ) throws(TesseraError) -> Token {
    var changed = token
    changed.name = request.name ?? token.name
    changed.description = request.description ?? token.description
    guard let kind = token.kind else { throw .invalid("id", "the token has no kind") }
    if let asked = request.projects {
      guard case .list = token.projects else {
        throw .invalid("projects", "only a token for a list of projects gets others")
      }
      try checkProjects(.list(asked), kind)
      changed.projects = ProjectSelection.list(asked).normalised
    }
    if let scopes = request.scopes {
      try checkScopes(scopes, kind)
      changed.scopes = scopes.normalised
    }
    if let asked = request.expiry { changed.expiresAt = try end(asked) }
    return changed
  }
}
