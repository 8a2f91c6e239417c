/// A change to the state, decided and not to be questioned again: what the journal stores and what
/// `apply` carries out, in service and in recovery alike.
///
/// Each is an after-image, so that applying one twice, or to a state that already holds its effect,
/// changes nothing: a snapshot that was taken while changes went on is brought up to date by
/// replaying them all.
public enum Mutation: Equatable, Sendable {
  /// The token is as the record says, whether or not it existed. `idempotency` is set where an
  /// Issue carried a key.
  case putToken(TokenRecord, idempotency: IdempotencyEntry?)
  /// The tokens are as the records say: an import.
  case putTokens([TokenRecord])
  /// These tokens are revoked, for the same reason.
  case revokeTokens([TokenID], Revocation)
  /// These tokens are no more.
  case removeTokens([TokenID])
  /// The entry of the registry is as it says, whether or not it existed.
  case putEntry(RegistryEntry)
  /// The entry is no more, nothing names it, and tokens that were for it alone are revoked.
  case removeEntry(RegistryKey, Revocation)
  /// The user is as the record says, whether or not they existed.
  case putUser(UserRecord)
  /// The user is no more, and their tokens are revoked.
  case removeUser(UserID, Revocation)
}

/// That a caller's idempotency key was used, until when that is kept, and for which token.
public struct IdempotencyEntry: Hashable, Sendable {
  /// SHA-256 over the caller and the key.
  public var key: Digest
  /// SHA-256 of the request.
  public var request: Digest
  public var token: TokenID
  public var keptUntil: Timestamp

  public init(key: Digest, request: Digest, token: TokenID, keptUntil: Timestamp) {
    self.key = key
    self.request = request
    self.token = token
    self.keptUntil = keptUntil
  }
}

/// One entry of the journal: a mutation, where it stands in the order of all, when and by whom, and
/// what its event tells of it.
public struct JournalEntry: Equatable, Sendable {
  public var revision: Revision
  public var at: Timestamp
  public var actor: Actor
  public var kind: EventKind
  public var changes: [FieldChange]
  public var mutation: Mutation

  public init(
    revision: Revision, at: Timestamp, actor: Actor, kind: EventKind, changes: [FieldChange] = [],
    mutation: Mutation
  ) {
    self.revision = revision
    self.at = at
    self.actor = actor
    self.kind = kind
    self.changes = changes
    self.mutation = mutation
  }
}
