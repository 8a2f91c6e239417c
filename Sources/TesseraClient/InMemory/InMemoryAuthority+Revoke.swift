import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func revoke(_ request: RevokeRequest) throws(TesseraError) -> RevocationReport {
    guard request.reason.utf8.count <= Limits.reasonBytes else {
      throw .invalid("reason", "a reason has at most \(Limits.reasonBytes) bytes")
    }
    let found: [(id: TokenID?, number: Int?)]
    switch request.target {
    case .ids(let ids):
      guard (1...Limits.idsPerRevoke).contains(ids.count) else {
        throw .invalid("ids", "name 1 to \(Limits.idsPerRevoke) tokens")
      }
      found = ids.map { id in (id, held.firstIndex { $0.token.id == id }) }
    case .value(let value):
      let number = number(holding: value)
      found = [(number.flatMap { held[$0].token.id }, number)]
    case .filter(let filter):
      if filter.kinds?.isEmpty == true { throw .empty("filter.kinds") }
      guard !filter.isEmpty else { throw .invalid("filter", "the filter names nothing") }
      let numbers = held.indices.filter { fits(held[$0].token, filter) }
      guard numbers.count <= Limits.tokensPerRevoke else {
        throw .precondition("filter", "more than \(Limits.tokensPerRevoke) tokens fit; narrow it")
      }
      found = numbers.map { (held[$0].token.id, $0) }
    case nil: throw .invalid("target", "say which tokens: ids, a value or a filter")
    }
    let outcomes = found.map { id, number in
      guard let number else { return RevokeOutcome(id, .notFound) }
      return RevokeOutcome(id, end(number, request.reason))
    }
    let revoked = outcomes.filter { $0.result == .revoked }
    if !revoked.isEmpty {
      note(.tokenRevoked, FieldChange.reason(request.reason), tokens: revoked.map(\.id))
    }
    return RevocationReport(outcomes, revision: revision)
  }

  private func end(_ number: Int, _ reason: String) -> RevokeResult {
    guard held[number].token.revocation == nil else { return .alreadyRevoked }
    held[number].token.revocation = TokenRevocation(
      Revocation(at: now, by: InMemoryAuthority.caller, reason: reason))
    held[number].token.version += 1
    return .revoked
  }

  /// What was revoked already is nothing that a filter means, and neither are tokens for all
  /// projects where it names one.
  private func fits(_ token: Token, _ filter: RevokeFilter) -> Bool {
    if token.revocation != nil { return false }
    if let owner = filter.owner, token.owner != owner { return false }
    if let project = filter.project {
      guard let projects = token.projects, projects != .all, projects.includes(project) else {
        return false
      }
    }
    if let environment = filter.environment, token.environment != environment { return false }
    if let kinds = filter.kinds, !(token.kind.map { kinds.contains($0) } ?? false) { return false }
    if let moment = filter.issuedBefore, !(token.createdAt.map { $0 < moment } ?? false) {
      return false
    }
    return true
  }
}
