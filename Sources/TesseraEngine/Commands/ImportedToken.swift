import TesseraModel

/// A token of another authority that is to open things here.
public struct ImportedToken: Sendable {
  public var digest: Digest
  /// Whether the value may have no checksum, in an older form or because only its digest is known.
  public var isUnchecked: Bool
  /// Whether the value was not given, and its digest was.
  public var isByDigest: Bool
  public var kind: TokenKind
  public var name = ""
  public var description = ""
  public var owner: UserID?
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  /// nil is the kind's default.
  public var scopes: ScopeSelection?
  public var permissions: [PermissionGrant] = []
  /// nil is never, and of PERSONAL tokens in 30 days.
  public var expiresAt: Timestamp?
  /// nil is now.
  public var createdAt: Timestamp?
  /// Random bits, from which the id is made.
  public var entropy: UInt64

  public init(
    kind: TokenKind, digest: Digest, isUnchecked: Bool, isByDigest: Bool = false, entropy: UInt64
  ) {
    self.kind = kind
    self.digest = digest
    self.isUnchecked = isUnchecked
    self.isByDigest = isByDigest
    self.entropy = entropy
  }
}
