import TesseraModel

extension Ledger {
  /// Takes out tokens that ended before a moment, as far as one call looks; the answer says where
  /// the next goes on.
  func decidePurge(
    _ command: PurgeCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard rights.has(.tokensRevoke) else { throw .lacks(.tokensRevoke) }
    guard rights.hasUnlimited(.tokensRevoke) else {
      throw Refusal(
        .permissionDenied, "this needs the permission tokens.revoke without a limit")
    }
    let (purged, next) = purge(command, by: caller.actor, in: &batch)
    return .purged(purged, next: next)
  }

  func purge(
    _ command: PurgeCommand, by actor: Actor, in batch: inout Batch
  ) -> (purged: Int, next: TokenID?) {
    // What has not ended yet is not purged, whatever is asked.
    let moment = min(command.endedBefore, batch.now)
    let (records, next) = ended(before: moment, after: command.after, in: batch)
    if !records.isEmpty { batch.remove(records, endedBefore: moment, by: actor) }
    return (records.count, next)
  }

  /// A walk over the tokens, which holds up other changes and no validation.
  private func ended(
    before moment: Timestamp, after id: TokenID?, in batch: borrowing Batch
  ) -> (records: [TokenRecord], next: TokenID?) {
    var records: [TokenRecord] = []
    var last = id
    var left = Limits.tokensExaminedByPurge
    while left > 0 {
      let limit = min(4096, left)
      let numbers = order.elements(after: last, limit: limit) { self.id(of: $0) }
      for number in numbers {
        if records.count == Limits.tokensPerPurge { return (records, last) }
        last = self.id(of: number)
        if let record = ended(number, before: moment, in: batch) { records.append(record) }
      }
      if numbers.count < limit { return (records, nil) }
      left -= limit
    }
    return (records, last)
  }

  /// The token as the batch leaves it, where it was revoked or expired before the moment.
  private func ended(
    _ number: CredentialNumber, before moment: Timestamp, in batch: borrowing Batch
  ) -> TokenRecord? {
    let id = id(of: number)
    guard let changed = batch.token(id) else {
      let hasExpired = shared.slab.line(number).end < moment.microseconds
      let revokedAt = shared.details.details(number)?.revokedAt ?? .latest
      guard hasExpired || revokedAt < moment, !batch.hasRemoved(id) else { return nil }
      return record(number)
    }
    let hasExpired = changed.expiresAt.map { $0 < moment } ?? false
    let wasRevoked = changed.revocation.map { $0.at < moment } ?? false
    return hasExpired || wasRevoked ? changed : nil
  }
}

extension Engine {
  /// Decides what the authority purges of itself, after the time that the configuration says: by no
  /// caller, and so as `.offline("purge")`. The answer is as `Command.purge`'s.
  public func purge(
    _ command: PurgeCommand, in batch: inout Batch
  ) -> (purged: Int, next: TokenID?) {
    ledger.withLock { $0.purge(command, by: .offline("purge"), in: &batch) }
  }
}
