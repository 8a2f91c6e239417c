/// One change, as it is told to people: who did what to which, when, and what it changed.
public struct Event: Equatable, Sendable {
  public var revision: Revision
  public var at: Timestamp
  public var actor: Actor
  public var kind: EventKind
  public var subject: Subject
  public var changes: [FieldChange]

  public enum Subject: Hashable, Sendable {
    /// One or more.
    case tokens([TokenID])
    case entry(RegistryKey)
    case user(UserID)
  }

  public init(
    revision: Revision, at: Timestamp, actor: Actor, kind: EventKind, subject: Subject,
    changes: [FieldChange] = []
  ) {
    self.revision = revision
    self.at = at
    self.actor = actor
    self.kind = kind
    self.subject = subject
    self.changes = changes
  }

  /// What an entry of the journal tells. It depends on nothing else, so that a replay tells the
  /// same.
  public init(_ entry: JournalEntry) {
    let subject: Subject =
      switch entry.mutation {
      case .putToken(let record, _): .tokens([record.id])
      case .putTokens(let records): .tokens(records.map(\.id))
      case .revokeTokens(let ids, _), .removeTokens(let ids): .tokens(ids)
      case .putEntry(let entry): .entry(entry.key)
      case .removeEntry(let key, _): .entry(key)
      case .putUser(let user): .user(user.id)
      case .removeUser(let id, _): .user(id)
      }
    self.init(
      revision: entry.revision, at: entry.at, actor: entry.actor, kind: entry.kind,
      subject: subject, changes: entry.changes)
  }
}

/// What was done. The numbers are those of `tessera.v1.EventKind`.
public enum EventKind: UInt8, CaseIterable, Sendable {
  case tokenIssued = 1
  case tokenImported = 2
  case tokenUpdated = 3
  case tokenRegenerated = 4
  case tokenRevoked = 5
  case tokenPurged = 6
  case entryCreated = 7
  case entryUpdated = 8
  case entryRemoved = 9
  case userCreated = 10
  case userUpdated = 11
  case userRemoved = 12
  case passwordChanged = 13

  /// The name the tools print: `TOKEN_ISSUED`.
  public var name: String {
    switch self {
    case .tokenIssued: "TOKEN_ISSUED"
    case .tokenImported: "TOKEN_IMPORTED"
    case .tokenUpdated: "TOKEN_UPDATED"
    case .tokenRegenerated: "TOKEN_REGENERATED"
    case .tokenRevoked: "TOKEN_REVOKED"
    case .tokenPurged: "TOKEN_PURGED"
    case .entryCreated: "ENTRY_CREATED"
    case .entryUpdated: "ENTRY_UPDATED"
    case .entryRemoved: "ENTRY_REMOVED"
    case .userCreated: "USER_CREATED"
    case .userUpdated: "USER_UPDATED"
    case .userRemoved: "USER_REMOVED"
    case .passwordChanged: "PASSWORD_CHANGED"
    }
  }
}

/// A field that was changed, by the name it has on the wire, and its value before and after as
/// text, in `Limits.changeTextBytes` each: of longer ones, what differs. Never of a secret: a
/// password's are empty.
public struct FieldChange: Hashable, Sendable {
  public var field: String
  public var before: String
  public var after: String

  public init(_ field: String, before: String = "", after: String = "") {
    self.field = field
    self.before = before
    self.after = after
  }
}

/// How often a token's values passed, and when one last did. Kept in memory, and durable with the
/// next snapshot.
public struct TokenUsage: Hashable, Sendable {
  /// Of all its values since the token was issued.
  public var uses: UInt64
  /// In whole seconds; nil where none ever passed.
  public var lastUsedAt: Timestamp?
  /// Of the value before the current one, where the token has one.
  public var previousLastUsedAt: Timestamp?

  public init(
    uses: UInt64 = 0, lastUsedAt: Timestamp? = nil, previousLastUsedAt: Timestamp? = nil
  ) {
    self.uses = uses
    self.lastUsedAt = lastUsedAt
    self.previousLastUsedAt = previousLastUsedAt
  }

  public static let none = TokenUsage()
}
