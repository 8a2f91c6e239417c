import TesseraModel

extension Ledger {
  /// One durable change for all the tokens. Revoking twice is not an error.
  ///
  /// - Parameter candidates: what was found where the command has a filter.
  func decideRevoke(
    _ command: RevokeCommand, among candidates: [TokenRecord], by caller: Caller,
    _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard command.reason.utf8.count <= Limits.reasonBytes else {
      throw .invalid("reason", "a reason has at most \(Limits.reasonBytes) bytes")
    }
    var toRevoke: [TokenRecord] = []
    var seen: Set<TokenID> = []
    let outcomes = try found(command.target, among: candidates, rights, in: batch).map { found in
      guard let record = found.record else { return RevokeOutcome(id: found.id, result: .notFound) }
      guard found.isAllowed else {
        return RevokeOutcome(id: record.id, result: .permissionDenied)
      }
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

  /// What was asked for; the record is nil where there is none, or the caller learns nothing of it.
  private struct Found {
    var id: TokenID?
    var record: TokenRecord?
    var isAllowed = false
  }

  private func found(
    _ target: RevokeCommand.Target, among candidates: [TokenRecord], _ rights: CallerRights,
    in batch: borrowing Batch
  ) throws(Refusal) -> [Found] {
    switch target {
    case .value(let digest):
      // A value that passes no longer, since another replaced it, gives no right to revoke the
      // token.
      guard let record = token(holding: digest, in: batch),
        record.credentials.holds(digest, at: batch.now)
      else { return [Found()] }
      // The value itself is the right to revoke it, where it is a secret.
      guard record.kind.isSecret || mayRevoke(record, rights) else { return [Found()] }
      return [Found(id: record.id, record: record, isAllowed: true)]
    case .found(let ids, let filter):
      guard rights.mayRevokeSome else { throw .lacks(.tokensRevoke) }
      guard filter != RevokeFilter() else {
        throw .invalid("filter", "an empty filter fits every token; name what is to be revoked")
      }
      // A search that stopped early has not found all, whatever is left of what it found.
      guard ids.count <= Limits.tokensPerRevoke else { throw .tooManyToRevoke }
      // The caller's own token would lock it out at a stroke: it goes only where it is named.
      return candidates.filter { $0.id != rights.tokenID }
        .map { Found(id: $0.id, record: $0, isAllowed: true) }
    case .tokens(let ids):
      guard !ids.isEmpty else { throw .invalid("ids", "name at least one token") }
      guard ids.count <= Limits.idsPerRevoke else {
        throw .invalid("ids", "at most \(Limits.idsPerRevoke) tokens are revoked at once")
      }
      let found = ids.map { id in
        guard let record = token(id, in: batch) else { return Found(id: id) }
        if mayRevoke(record, rights) { return Found(id: id, record: record, isAllowed: true) }
        return Found(id: id, record: shown(record, to: rights))
      }
      // A caller without the permission may name its own tokens alone; anything else is refused
      // whole.
      if !rights.mayRevokeSome, found.contains(where: { !$0.isAllowed }) {
        throw .lacks(.tokensRevoke)
      }
      return found
    }
  }
}
