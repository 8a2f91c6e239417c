import TesseraModel

/// Which users a list shows. What is nil or empty does not narrow it.
public struct UserFilter: Hashable, Sendable {
  public var role: RoleName?
  /// Members of this project, by a grant of their own or of a role; one for all projects counts.
  public var project: ProjectID?
  /// Part of the id or the name, whatever the case.
  public var text = ""

  public init() {}
}

/// A user, and how many tokens they have that are not revoked.
public struct StoredUser: Equatable, Sendable {
  public var record: UserRecord
  public var tokens: Int
}

/// Some of the users that a list shows, in order of their ids.
public struct UserSlice: Equatable, Sendable {
  public var users: [StoredUser] = []
  /// The last user who was looked at; the next slice begins after them.
  public var last: UserID?
  /// Whether there are none after them.
  public var isAtEnd = false
}

/// Some of the entries that a list shows, in order of their names.
public struct EntrySlice: Equatable, Sendable {
  public var entries: [RegistryEntry] = []
  /// The name of the last entry that was looked at; the next slice begins after it.
  public var last: String?
  /// Whether there are none after it.
  public var isAtEnd = false
}
