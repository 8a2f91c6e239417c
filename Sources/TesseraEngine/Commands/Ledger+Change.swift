import TesseraModel

/// What Update and Regenerate ask of the token and the caller alike, and what a copy may be made
/// of.
extension Ledger {
  /// The token that is to be changed, as the batch leaves it.
  ///
  /// - Throws: where there is none that the caller sees, the caller might not issue it as it is, or
  ///   it was revoked.
  func changeable(
    _ id: TokenID, by rights: CallerRights, in batch: borrowing Batch
  ) throws(Refusal) -> TokenRecord {
    guard rights.mayIssueSome else { throw .lacks(.tokensIssue) }
    guard let record = token(id, in: batch) else { throw .noToken(id, field: "id") }
    guard mayIssue(record, rights) else {
      guard shown(record, to: rights) != nil else { throw .noToken(id, field: "id") }
      throw Refusal(
        .permissionDenied, "the caller changes only tokens that it might issue itself", field: "id")
    }
    guard record.revocation == nil else {
      throw Refusal(
        .failedPrecondition,
        "the token was revoked, which is for good; issue another, as a copy of it perhaps",
        field: "id")
    }
    return record
  }

  /// The token that a copy is made of, as far as the caller sees it: what it might issue itself,
  /// whole.
  func copyable(
    _ id: TokenID, by rights: CallerRights, in batch: borrowing Batch
  ) throws(Refusal) -> TokenRecord {
    guard let record = token(id, in: batch),
      let shown = mayIssue(record, rights) ? record : shown(record, to: rights)
    else { throw .noToken(id, field: "copy_of") }
    return shown
  }

  /// Closes the batch where the scopes or the end of a PERSONAL token change. They limit the tokens
  /// that its holder makes, so what follows must be decided by the new ones, in another batch.
  func closeIfLimitsChanged(_ batch: inout Batch, _ old: TokenRecord, _ new: TokenRecord) {
    guard new.kind == .personal else { return }
    if old.scopes != new.scopes || old.expiresAt != new.expiresAt { batch.close() }
  }

  /// What the answer to a change advises against.
  static func warnings(_ record: TokenRecord) -> [String] {
    record.expiresAt == nil
      ? ["the token never expires; prefer one that does, and renew it"] : []
  }
}

extension Refusal {
  /// For the caller it is the same whether there is none or it may not see it.
  public static func noToken(_ id: TokenID, field: String) -> Refusal {
    Refusal(.notFound, "there is no token \(id), or it is not shown to you", field: field)
  }
}
