import TesseraModel

@testable import TesseraEngine

extension PlainAuthority {
  mutating func revoke(_ command: RevokeCommand, _ change: Change) throws(Faults) -> Answer {
    guard command.reason.utf8.count <= 500 else { throw .any(.invalidArgument) }
    let powers = change.powers
    var outcomes: [RevokeOutcome]
    switch command.target {
    case .value(let digest): outcomes = [outcome(ofValue: digest, powers, at: change.now)]
    case .tokens(let ids):
      guard !ids.isEmpty, ids.count <= 1000 else { throw .any(.invalidArgument) }
      outcomes = ids.map { outcome(of: $0, powers) }
      // Without the permission one names one's own tokens alone.
      let mayRevokeOthers =
        powers.isAdmin || powers.user != nil
        || powers.grants.contains { $0.permission == .tokensRevoke }
      if !mayRevokeOthers,
        outcomes.contains(where: { $0.result == .notFound || $0.result == .permissionDenied })
      {
        throw .any(.permissionDenied)
      }
    case .found(_, let filter):
      let mayRevokeOthers =
        powers.isAdmin || powers.user != nil
        || powers.grants.contains { $0.permission == .tokensRevoke }
      guard mayRevokeOthers else { throw .any(.permissionDenied) }
      guard filter != RevokeFilter() else { throw .any(.invalidArgument) }
      outcomes = order.filter { id in
        guard let token = tokens[id], token.revocation == nil else { return false }
        return filter.meets(token) && mayRevoke(token, powers) && id != powers.token
      }.map { RevokeOutcome(id: $0, result: .revoked) }
    }
    var toRevoke: [TokenID] = []
    for index in outcomes.indices where outcomes[index].result == .revoked {
      guard let id = outcomes[index].id else { continue }
      if toRevoke.contains(id) {
        outcomes[index].result = .alreadyRevoked
      } else {
        toRevoke.append(id)
      }
    }
    if !toRevoke.isEmpty {
      for id in toRevoke { end(id, change.revocation(command.reason)) }
      note(.tokenRevoked, .tokens(toRevoke), change)
    }
    return .revoked(outcomes)
  }

  /// Revokes a token that is not revoked.
  mutating func end(_ id: TokenID, _ revocation: Revocation) {
    tokens[id]?.revocation = revocation
    tokens[id]?.version += 1
  }

  /// Who holds a secret value may always revoke it, and a value that was replaced is nobody's
  /// right.
  private func outcome(
    ofValue digest: Digest, _ powers: Powers, at now: Timestamp
  ) -> RevokeOutcome {
    guard let token = token(holding: digest),
      token.credentials.current == digest
        || now < token.credentials.previous?.validUntil ?? .earliest,
      token.kind != .frontend || mayRevoke(token, powers)
    else { return RevokeOutcome(id: nil, result: .notFound) }
    return RevokeOutcome(
      id: token.id, result: token.revocation == nil ? .revoked : .alreadyRevoked)
  }

  private func outcome(of id: TokenID, _ powers: Powers) -> RevokeOutcome {
    guard let token = tokens[id] else { return RevokeOutcome(id: id, result: .notFound) }
    guard mayRevoke(token, powers) else {
      return RevokeOutcome(
        id: id, result: shown(token, to: powers) == nil ? .notFound : .permissionDenied)
    }
    return RevokeOutcome(
      id: id, result: token.revocation == nil ? .revoked : .alreadyRevoked)
  }
}

extension RevokeFilter {
  fileprivate func meets(_ token: TokenRecord) -> Bool {
    let isForProject: Bool
    switch (project, token.projects) {
    case (nil, _): isForProject = true
    case (let project?, .one(let one)): isForProject = one == project
    case (let project?, .list(let list)): isForProject = list.contains(project)
    default: isForProject = false
    }
    return isForProject && kinds?.contains(token.kind) ?? true
      && (owner == nil || token.owner == owner)
      && (environment == nil || token.environment == environment)
      && (issuedBefore.map { token.createdAt < $0 } ?? true)
  }
}
