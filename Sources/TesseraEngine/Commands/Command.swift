import TesseraModel

/// A change that a caller asks for, understood but not yet decided.
public enum Command: Sendable {
  case issue(IssueCommand)
  case update(UpdateCommand)
  case regenerate(RegenerateCommand)
  case revoke(RevokeCommand)
  case importTokens([ImportedToken])
  case purge(PurgeCommand)
  case createEntry(RegistryEntry)
  /// The entry is to be as it is given, whole. Its version says nothing.
  case updateEntry(RegistryEntry, ifVersion: UInt32?)
  case removeEntry(RegistryKey)
  case createUser(CreateUserCommand)
  case updateUser(UpdateUserCommand)
  case removeUser(UserID)
  /// nil: the user does not sign in by password any more.
  case setPassword(UserID, PasswordHash?)
}

/// What became of a command.
public enum Outcome: Sendable {
  /// `replayed` where the idempotency key was used before: then the new value opens nothing.
  case issued(TokenRecord, warnings: [String], replayed: Bool)
  /// As it is now, be it changed or not.
  case updated(TokenRecord, warnings: [String])
  case regenerated(TokenRecord, warnings: [String])
  /// One for each token, in the order asked.
  case revoked([RevokeOutcome])
  /// One for each token, in the order asked.
  case imported([Result<TokenID, Refusal>])
  /// How many tokens went, and after which the next call goes on; nil where all were looked at.
  case purged(Int, next: TokenID?)
  /// As it is now, be it changed or not.
  case entry(RegistryEntry)
  /// As they are now, be they changed or not, and how many tokens they have that are not revoked.
  case user(UserRecord, tokens: Int)
  /// An entry or a user is no more.
  case removed(revokedTokens: Int)
  case passwordSet
  case refused(Refusal)
}

public struct IssueCommand: Sendable {
  public var kind: TokenKind
  public var name = ""
  public var description = ""
  public var owner: UserID?
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  /// nil where nothing was said: the kind's default, or those of the token that is copied.
  public var scopes: ScopeSelection?
  public var permissions: [PermissionGrant] = []
  public var expiry = Expiry.unspecified
  /// The token from which is taken what this leaves out.
  public var copyOf: TokenID?
  public var idempotency: (key: Digest, request: Digest)?
  /// Of the value that was made for it.
  public var digest: Digest
  /// Random bits, from which the id is made.
  public var entropy: UInt64

  public init(kind: TokenKind, digest: Digest, entropy: UInt64) {
    self.kind = kind
    self.digest = digest
    self.entropy = entropy
  }
}

public enum Expiry: Hashable, Sendable {
  /// Nothing was said. Of a token that exists it stays as it is; a new one gets its source's where
  /// it is a copy, else 30 days for PERSONAL and never for the kinds whose lifetime is optional.
  case unspecified
  case at(Timestamp)
  case after(Duration)
  /// Asked for by name.
  case never
}

public struct RevokeCommand: Sendable {
  public enum Target: Sendable {
    case tokens([TokenID])
    /// The token that answers to a value. Who has a secret value may always revoke it.
    case value(Digest)
    /// Every token that fits and is not revoked yet, as far as the caller may revoke it, but for
    /// the one it authenticated with: of those that a `RevokeSearch` has found. Each is looked at
    /// again when it is decided.
    case found([TokenID], RevokeFilter)
  }

  public var target: Target
  public var reason: String

  public init(_ target: Target, reason: String = "") {
    self.target = target
    self.reason = reason
  }
}

/// Which tokens are revoked together; what is nil does not narrow it.
public struct RevokeFilter: Hashable, Sendable {
  public var kinds: KindSet?
  public var owner: UserID?
  /// Tokens for this project, and lists that include it; not those for all projects.
  public var project: ProjectID?
  public var environment: EnvironmentID?
  public var issuedBefore: Timestamp?

  public init() {}
}

public struct RevokeOutcome: Equatable, Sendable {
  /// nil where a value was given that no token answers to.
  public var id: TokenID?
  public var result: RevokeResult
}
