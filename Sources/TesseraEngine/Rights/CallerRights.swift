import TesseraModel

/// What a caller may do now.
public struct CallerRights: Sendable {
  /// Those of its token or certificate. A user without a token has those of a PERSONAL token
  /// without scopes.
  let access: CompiledAccess
  /// What the user holds whose rights these are; nil where it is none's.
  let holder: UserRights?
  /// The token it authenticated with, and when that ends; nil for others.
  public let tokenID: TokenID?
  public let expiresAt: Timestamp?

  init(
    _ access: CompiledAccess, holder: UserRights? = nil, tokenID: TokenID? = nil,
    expiresAt: Timestamp? = nil
  ) {
    self.access = access
    self.holder = holder
    self.tokenID = tokenID
    self.expiresAt = expiresAt
  }

  /// Whether it may do everything. An administrator may, unless it is through a token with scopes.
  public var isAdmin: Bool {
    access.kind == .admin || (!access.isScoped && holder?.isAdmin == true)
  }

  public var kind: TokenKind { access.kind }
  /// The user whose rights these are: who signed in, is acted for, or whose PERSONAL token it is.
  public var user: UserID? { holder?.id }
  /// Since when there is this user; who had the id before was somebody else.
  public var userSince: Timestamp? { holder?.createdAt }
  /// The same user as one who gave their password now; nil where they have none, or are nobody.
  public var userByPassword: UserSession? {
    guard let holder, let version = holder.passwordVersion else { return nil }
    return UserSession(user: holder.id, number: holder.number, passwordVersion: version)
  }
  public var permissions: [PermissionGrant] {
    guard let holder, !access.isScoped else { return access.key.permissions }
    return Permission.allCases.filter { holder.permissions.contains($0) }.map {
      PermissionGrant($0)
    }
  }

  /// Whether the caller has the permission, be it limited.
  public func has(_ permission: Permission) -> Bool {
    if isAdmin || access.grants.all.contains(where: { $0.permission == permission }) { return true }
    return !access.isScoped && holder?.permissions.contains(permission) == true
  }

  /// Whether the caller has the permission and nothing limits it.
  public func hasUnlimited(_ permission: Permission) -> Bool {
    if isAdmin { return true }
    if access.grants.all.contains(where: { $0.permission == permission && $0.isUnlimited }) {
      return true
    }
    return !access.isScoped && holder?.permissions.contains(permission) == true
  }

  /// Whether there is no token that it sees beside the one it authenticated with.
  var seesItsOwnTokenAlone: Bool { holder == nil && !has(.tokensRead) }

  /// The caller's grants of the permission that such a token is within.
  func grants(
    of permission: Permission, over kind: TokenKind, _ projects: borrowing CompiledProjects,
    _ environment: EnvironmentNumber
  ) -> [CompiledGrant] {
    var grants: [CompiledGrant] = []
    for grant in access.grants.all where grant.permission == permission {
      if access.grants.covers(kind, projects, environment, grant) { grants.append(grant) }
    }
    return grants
  }

  /// Whether every project and the environment of a token are within one grant of the permission:
  /// nobody makes, or takes away, what opens more than they hold.
  func encloses(
    _ permission: Permission, _ kind: TokenKind, _ projects: borrowing CompiledProjects,
    _ environment: EnvironmentNumber
  ) -> Bool {
    if isAdmin { return true }
    for grant in access.grants.all where grant.permission == permission {
      if access.grants.encloses(kind, projects, environment, grant) { return true }
    }
    return false
  }
}
