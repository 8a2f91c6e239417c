/// Everything the authority holds about one token. Written whole to the journal and to snapshots.
public struct TokenRecord: Equatable, Sendable {
  public var id: TokenID
  public var kind: TokenKind
  /// What people call it; not unique.
  public var name: String
  public var description: String
  /// Whose token it is; PERSONAL only.
  public var owner: UserID?
  /// nil for the kinds that belong to no project.
  public var projects: ProjectSelection?
  /// Exactly one for CLIENT and FRONTEND, none for the others.
  public var environment: EnvironmentID?
  public var scopes: ScopeSelection
  /// SERVICE only.
  public var permissions: [PermissionGrant]
  public var createdAt: Timestamp
  public var createdBy: Actor
  /// The token is valid while now < `expiresAt`; nil is never.
  public var expiresAt: Timestamp?
  public var credentials: Credentials
  public var revocation: Revocation?
  /// Begins at 1 and grows by one with every change to the token.
  public var version: UInt32

  public init(
    id: TokenID, kind: TokenKind, name: String, description: String = "", owner: UserID? = nil,
    projects: ProjectSelection? = nil, environment: EnvironmentID? = nil,
    scopes: ScopeSelection = .kindDefault, permissions: [PermissionGrant] = [],
    createdAt: Timestamp, createdBy: Actor, expiresAt: Timestamp? = nil,
    credentials: Credentials, revocation: Revocation? = nil, version: UInt32 = 1
  ) {
    self.id = id
    self.kind = kind
    self.name = name
    self.description = description
    self.owner = owner
    self.projects = projects
    self.environment = environment
    self.scopes = scopes
    self.permissions = permissions
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.expiresAt = expiresAt
    self.credentials = credentials
    self.revocation = revocation
    self.version = version
  }

  public func state(at now: Timestamp) -> TokenState {
    if revocation != nil { return .revoked }
    if let expiresAt, now >= expiresAt { return .expired }
    return .active
  }

  /// Until when the value before the current one passes: no longer than the token itself. nil where
  /// there is none, or it has stopped.
  public func previousValidUntil(at now: Timestamp) -> Timestamp? {
    guard let asked = credentials.previous?.validUntil, state(at: now) == .active else {
      return nil
    }
    let end = min(asked, expiresAt ?? .latest)
    return now < end ? end : nil
  }
}

/// The values a token answers to, as digests: the current one, and for an overlap that was asked
/// for when it was regenerated, the one before.
public struct Credentials: Hashable, Sendable {
  public var current: Digest
  /// Whether the current value may have no checksum: it was imported, in an older form or as a
  /// digest.
  public var isUnchecked: Bool
  public var previous: Previous?

  public struct Previous: Hashable, Sendable {
    public var digest: Digest
    public var isUnchecked: Bool
    public var validUntil: Timestamp

    public init(digest: Digest, isUnchecked: Bool = false, validUntil: Timestamp) {
      self.digest = digest
      self.isUnchecked = isUnchecked
      self.validUntil = validUntil
    }
  }

  public init(current: Digest, isUnchecked: Bool = false, previous: Previous? = nil) {
    self.current = current
    self.isUnchecked = isUnchecked
    self.previous = previous
  }
}

public struct Revocation: Hashable, Sendable {
  public var at: Timestamp
  public var by: Actor
  /// Why, in the words of whoever revoked it; may be empty.
  public var reason: String

  public init(at: Timestamp, by: Actor, reason: String) {
    self.at = at
    self.by = by
    self.reason = reason
  }
}

public enum TokenState: UInt8, CaseIterable, Sendable {
  case active = 1
  case expired = 2
  case revoked = 3
}

/// Who made a change.
public enum Actor: Hashable, Sendable {
  /// The holder of a token that is no PERSONAL one.
  case token(TokenID)
  /// A user, who signed in by password, or through a token: a PERSONAL one of theirs, or the
  /// SERVICE token of a product that acts for them.
  case user(UserID, through: TokenID?)
  /// A client certificate that the configuration maps, by the name it is mapped under.
  case certificate(String)
  /// An offline command of the daemon, by its name: `init`, `root-token`.
  case offline(String)
}
