import TesseraModel

extension Ledger {
  /// One durable change for all the tokens. Revoking twice is not an error.
  func decideRevoke(
    _ command: RevokeCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard command.reason.utf8.count <= Limits.reasonBytes else {
      throw .invalid("reason", "a reason has at most \(Limits.reasonBytes) bytes")
    }
    let found: [(id: TokenID?, record: TokenRecord?)]
    switch command.target {
    case .value(let digest):
      // The value itself is the right to revoke it, where it is a secret.
      var record = token(holding: digest, in: batch)
      if let known = record, !known.kind.isSecret, !mayRevoke(known, rights) { record = nil }
      found = [(record?.id, record)]
    case .tokens(let ids):
      guard !ids.isEmpty else { throw .invalid("ids", "name at least one token") }
      guard ids.count <= Limits.idsPerRevoke else {
        throw .invalid("ids", "at most \(Limits.idsPerRevoke) tokens are revoked at once")
      }
      let records = ids.map { (id: Optional($0), record: token($0, in: batch)) }
      found = try withoutUnseen(records, rights)
    }
    var toRevoke: [TokenRecord] = []
    var seen: Set<TokenID> = []
    let outcomes = found.map { id, record in
      guard let record else { return RevokeOutcome(id: id, result: .notFound) }
      if record.revocation != nil || !seen.insert(record.id).inserted {
        return RevokeOutcome(id: record.id, result: .alreadyRevoked)
      }
      toRevoke.append(record)
      return RevokeOutcome(id: record.id, result: .revoked)
    }
    if !toRevoke.isEmpty {
      batch.revoke(
        toRevoke, Revocation(at: batch.now, by: caller.actor, reason: command.reason))
    }
    return .revoked(outcomes)
  }

  /// Tokens outside the caller's limits are as if they were not. A caller without the permission may
  /// name its own token, and a PERSONAL caller those of its owner; anything else is refused whole.
  private func withoutUnseen(
    _ found: [(id: TokenID?, record: TokenRecord?)], _ rights: CallerRights
  ) throws(Refusal) -> [(id: TokenID?, record: TokenRecord?)] {
    let visible = found.map { id, record in
      (id: id, record: record.flatMap { mayRevoke($0, rights) ? $0 : nil })
    }
    if !rights.has(.tokensRevoke), visible.contains(where: { $0.record == nil }) {
      throw .lacks(.tokensRevoke)
    }
    return visible
  }

  private func mayRevoke(_ record: TokenRecord, _ rights: CallerRights) -> Bool {
    if rights.isAdmin || record.id == rights.tokenID { return true }
    if let owner = rights.owner, record.owner == owner { return true }
    let target = CompiledAccess(AccessKey(record), directory: shared.directory)
    let environment = record.environment.flatMap { shared.directory.environments[$0] } ?? .none
    return rights.has(.tokensRevoke, over: target, environment)
  }
}
