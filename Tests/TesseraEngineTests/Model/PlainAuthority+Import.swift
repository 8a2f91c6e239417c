import TesseraEngine
import TesseraModel

extension PlainAuthority {
  /// Each is imported or refused for itself, and all that are imported are one change.
  mutating func importTokens(
    _ asked: [ImportedToken], _ change: Change, _ made: [TokenID]
  ) throws(Faults) -> Answer {
    guard
      change.powers.isAdmin
        || change.powers.grants.contains(where: { $0.permission == .tokensImport })
    else { throw .any(.permissionDenied) }
    guard !asked.isEmpty, asked.count <= 1000 else { throw .any(.invalidArgument) }
    var made = made[...]
    var done: [TokenID] = []
    let results = asked.map { asked -> Answer.Imported in
      do throws(Faults) {
        let token = try checked(asked, id: made.first ?? lastID, change)
        guard made.popFirst() != nil else { return .done(lastID) }
        add(token)
        done.append(token.id)
        return .done(token.id)
      } catch {
        return .refused(error.codes)
      }
    }
    if !done.isEmpty { note(.tokenImported, .tokens(done), change) }
    return .imported(results)
  }

  private func checked(
    _ asked: ImportedToken, id: TokenID, _ change: Change
  ) throws(Faults) -> TokenRecord {
    let powers = change.powers
    let token = TokenRecord(
      id: id, kind: asked.kind, name: asked.name, description: asked.description,
      owner: asked.owner, projects: asked.projects?.sorted, environment: asked.environment,
      scopes: (asked.scopes ?? .kindDefault).sorted, permissions: asked.permissions,
      createdAt: asked.createdAt ?? change.now, createdBy: change.actor,
      expiresAt: asked.expiresAt
        ?? (asked.kind == .personal ? change.now + Limits.personalLifetime : nil),
      credentials: Credentials(current: asked.digest, isUnchecked: asked.isUnchecked))
    var conditions = Conditions()
    conditions.attempt { () throws(Faults) in try checkShape(token) }
    conditions.demand(token.createdAt <= change.now, else: .invalidArgument)
    if let end = asked.expiresAt {
      conditions.attempt { () throws(Faults) in
        _ = try self.end(.at(end), unsaid: nil, at: change.now)
      }
    }
    conditions.attempt { () throws(Faults) in
      guard mayImport(token, powers) else { throw .any(.permissionDenied) }
      try checkOwner(token)
      try checkNames(token)
    }
    try conditions.check()
    guard !proxyKeys.contains(asked.digest) else { throw .any(.invalidArgument) }
    guard self.token(holding: token.credentials.current) == nil else {
      throw .any(.alreadyExists)
    }
    try checkRoom(for: token)
    return token
  }

  private func mayImport(_ token: TokenRecord, _ powers: Powers) -> Bool {
    if powers.isAdmin { return true }
    if token.kind == .admin || token.kind == .service { return false }
    guard mayMake(for: token.owner, powers) else { return false }
    return powers.grants.contains { $0.permission == .tokensImport && $0.encloses(token) }
  }

  /// Tokens that were revoked, or expired, before the moment are no more.
  mutating func purge(_ command: PurgeCommand, _ change: Change) throws(Faults) -> Answer {
    guard
      change.powers.isAdmin || change.powers.grants.contains(PermissionGrant(.tokensRevoke))
    else { throw .any(.permissionDenied) }
    let moment = min(command.endedBefore, change.now)
    let gone = order.filter { id in
      guard let token = tokens[id], id > command.after ?? TokenID(high: 0, low: 0) else {
        return false
      }
      let ends = [token.revocation?.at, token.expiresAt].compactMap { $0 }
      return ends.contains { $0 < moment }
    }
    for id in gone {
      tokens[id] = nil
      usage[id] = nil
      durableUsage[id] = nil
    }
    order.removeAll { gone.contains($0) }
    if !gone.isEmpty { note(.tokenPurged, .tokens(gone), change) }
    return .purged(gone.count, next: nil)
  }
}
