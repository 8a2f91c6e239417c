/// Everything the authority holds about one user, but for the tokens. Written whole to the journal
/// and to snapshots.
public struct UserRecord: Equatable, Sendable {
  public var id: UserID
  /// What people call them; not unique, may be empty.
  public var name: String
  /// nil for users who sign in elsewhere, with the product that acts for them.
  public var password: PasswordHash?
  /// May do everything, as an ADMIN token may.
  public var isAdmin: Bool
  public var isDisabled: Bool
  public var grants: [Grant]
  /// Sorted and without repetition.
  public var roles: [RoleName]
  public var createdAt: Timestamp
  public var createdBy: Actor
  /// Begins at 1 and grows by one with every change.
  public var version: UInt32

  public init(
    _ id: UserID, name: String = "", password: PasswordHash? = nil, isAdmin: Bool = false,
    isDisabled: Bool = false, grants: [Grant] = [], roles: [RoleName] = [],
    createdAt: Timestamp, createdBy: Actor, version: UInt32 = 1
  ) {
    self.id = id
    self.name = name
    self.password = password
    self.isAdmin = isAdmin
    self.isDisabled = isDisabled
    self.grants = grants
    self.roles = roles
    self.createdAt = createdAt
    self.createdBy = createdBy
    self.version = version
  }
}

/// What scrypt (RFC 7914) made of a password: enough to check one, and as little as can be shown of
/// it.
public struct PasswordHash: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  public var salt: [UInt8]
  public var key: [UInt8]
  /// scrypt's N as a power of two, r and p, as they were when it was made.
  public var logCost: UInt8
  public var blockSize: UInt8
  public var parallelism: UInt8

  public init(
    salt: [UInt8], key: [UInt8], logCost: UInt8, blockSize: UInt8, parallelism: UInt8
  ) {
    self.salt = salt
    self.key = key
    self.logCost = logCost
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  public var description: String { "PasswordHash" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
