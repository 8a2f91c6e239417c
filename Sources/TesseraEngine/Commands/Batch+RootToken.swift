import TesseraModel

extension Batch {
  /// An ADMIN token for whoever holds the data directory, which is right enough to have one.
  ///
  /// - Parameter command: the offline command, as the token's `createdBy` names it.
  public mutating func issueRootToken(
    digest: Digest, entropy: UInt64, command: String
  ) -> TokenID {
    guard let id = makeID(entropy: entropy) else { preconditionFailure("no id is left") }
    let actor = Actor.offline(command)
    let record = TokenRecord(
      id: id, kind: .admin, name: "root",
      description: "made by tesserad \(command)", createdAt: now, createdBy: actor,
      credentials: Credentials(current: digest))
    put(record, by: actor, nil, FieldChange.between(nil, record))
    return id
  }

  /// Revokes tokens for whoever holds the data directory.
  ///
  /// - Precondition: none is revoked.
  public mutating func revoke(_ records: [TokenRecord], reason: String, command: String) {
    revoke(records, Revocation(at: now, by: .offline(command), reason: reason))
  }
}
