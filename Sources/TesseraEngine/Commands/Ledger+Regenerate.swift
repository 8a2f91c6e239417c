import TesseraModel

extension Ledger {
  /// The token gets the command's value. The one before passes for as long as the overlap, any
  /// older one stops.
  func decideRegenerate(
    _ command: RegenerateCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    let old = try changeable(command.id, by: rights, in: batch)
    var record = old
    if let overlap = command.overlap {
      guard overlap > .zero, overlap <= Limits.overlap else {
        throw .invalid("overlap", "an overlap is more than 0 and at most 30 days")
      }
    }
    if record.state(at: batch.now) == .expired {
      guard command.expiry != .unspecified else {
        throw Refusal(
          .failedPrecondition, "the token has expired; say when it is to end now",
          field: "expires_at")
      }
      // The value stopped when the token expired. An overlap would let it pass again.
      guard command.overlap == nil else {
        throw Refusal(
          .failedPrecondition,
          "the token has expired, and its value does not pass again; leave out the overlap",
          field: "overlap")
      }
    }
    try checkRoom(forValue: command.digest, in: batch)
    record.expiresAt = try command.expiry.end(now: batch.now, otherwise: record.expiresAt)
    try checkEnd(record.expiresAt, by: rights)
    record.credentials = Credentials(
      current: command.digest,
      previous: command.overlap.map { overlap in
        Credentials.Previous(
          digest: record.credentials.current, isUnchecked: record.credentials.isUnchecked,
          validUntil: batch.now + overlap)
      })
    record.version += 1
    var changes = FieldChange.between(old, record)
    if let overlap = command.overlap { changes.append(.overlap(overlap)) }
    batch.change(record, .tokenRegenerated, by: caller.actor, changes)
    closeIfLimitsChanged(&batch, old, record)
    return .regenerated(record, warnings: Ledger.warnings(record))
  }
}

extension Credentials {
  /// Whether the digest is of the current value, or of the one before it.
  func holds(_ digest: Digest) -> Bool { current == digest || previous?.digest == digest }

  /// Whether it is, and the overlap of the one before still lasts.
  func holds(_ digest: Digest, at now: Timestamp) -> Bool {
    if current == digest { return true }
    guard let previous, previous.digest == digest else { return false }
    return now < previous.validUntil
  }

  /// Drops the value before the current one where its overlap is over.
  mutating func forgetEnded(at now: Timestamp) {
    if let end = previous?.validUntil, end <= now { previous = nil }
  }
}
