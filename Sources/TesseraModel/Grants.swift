/// What users may do somewhere: one line of a user's or a role's grants.
public struct Grant: Hashable, Sendable {
  public enum Place: Hashable, Sendable {
    case project(ProjectID)
    /// All projects, those of the future among them.
    case allProjects
    /// What belongs to no project.
    case global
  }

  public var place: Place
  /// Which methods of the product's API; nil where the grant makes a member and no more.
  public var scopes: ScopeSelection?
  /// CREATE_PROJECT_API_TOKEN: issues CLIENT and FRONTEND tokens there.
  public var createsTokens: Bool
  /// Takes READ_PROJECT_API_TOKEN away, which members of a project have unless one of their grants
  /// there says so.
  public var hidesTokens: Bool
  /// Of the RPC port's own methods; `.global` only.
  public var permissions: [Permission]

  public init(
    _ place: Place, scopes: ScopeSelection? = nil, createsTokens: Bool = false,
    hidesTokens: Bool = false, permissions: [Permission] = []
  ) {
    self.place = place
    self.scopes = scopes
    self.createsTokens = createsTokens
    self.hidesTokens = hidesTokens
    self.permissions = permissions
  }

  /// Lists sorted and without repetition, as the authority keeps them: equal grants are equal.
  public var normalised: Grant {
    var grant = self
    grant.scopes = scopes?.normalised
    grant.permissions = Set(permissions).sorted { $0.rawValue < $1.rawValue }
    return grant
  }
}

extension Permission {
  /// What a user may hold. The tokens' own permissions come to users as the grants say, and nobody
  /// acts as somebody else through a third.
  public var isForUsers: Bool {
    switch self {
    case .eventsRead, .usersRead, .usersWrite, .registryRead, .registryWrite, .serverRead,
      .serverOperate:
      true
    case .tokensIssue, .tokensValidate, .tokensRevoke, .tokensRead, .tokensImport, .usersActAs:
      false
    }
  }
}
