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
