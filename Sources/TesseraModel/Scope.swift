/// Which projects a token is for. Which of the three it is, is stored as such: a list that becomes
/// empty opens nothing, never everything.
public enum ProjectSelection: Hashable, Sendable {
  case one(ProjectID)
  case list([ProjectID])
  /// All projects, those of the future among them.
  case all

  /// Lists sorted and without repetition, so that equal ones are equal.
  public var normalised: ProjectSelection {
    if case .list(let projects) = self { .list(Set(projects).sorted()) } else { self }
  }
}

/// What a token may be used for, among the methods of the product's API.
public enum ScopeSelection: Hashable, Sendable {
  /// What the kind has without more said: everything for ADMIN and PERSONAL (as far as the owner
  /// may), the kind's built-in set for CLIENT and FRONTEND.
  case kindDefault
  case all
  /// Named sets and single methods, both sorted and without repetition.
  case some(sets: [ScopeSetName], methods: [MethodName])

  /// Lists sorted and without repetition, so that equal ones are equal.
  public var normalised: ScopeSelection {
    guard case .some(let sets, let methods) = self else { return self }
    return .some(sets: Set(sets).sorted(), methods: Set(methods).sorted())
  }
}

/// Something the RPC port can be asked to do. The numbers are those of `tessera.v1.Permission`.
public enum Permission: UInt8, CaseIterable, Sendable {
  case tokensIssue = 1
  case tokensValidate = 2
  case tokensRevoke = 3
  case tokensRead = 4
  case tokensImport = 5
  case eventsRead = 6
  case usersRead = 7
  case usersWrite = 8
  case usersActAs = 9
  case registryRead = 10
  case registryWrite = 11
  case serverRead = 12
  case serverOperate = 13

  /// The name operators write: `tokens.issue`.
  public var name: String {
    switch self {
    case .tokensIssue: "tokens.issue"
    case .tokensValidate: "tokens.validate"
    case .tokensRevoke: "tokens.revoke"
    case .tokensRead: "tokens.read"
    case .tokensImport: "tokens.import"
    case .eventsRead: "events.read"
    case .usersRead: "users.read"
    case .usersWrite: "users.write"
    case .usersActAs: "users.act_as"
    case .registryRead: "registry.read"
    case .registryWrite: "registry.write"
    case .serverRead: "server.read"
    case .serverOperate: "server.operate"
    }
  }

  public init?(name: String) {
    guard let found = Permission.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }
}

/// One permission of a SERVICE token, and what it is limited to; nil is no limit.
public struct PermissionGrant: Hashable, Sendable {
  public var permission: Permission
  public var kinds: KindSet?
  public var projects: [ProjectID]?
  public var environments: [EnvironmentID]?

  public init(
    _ permission: Permission, kinds: KindSet? = nil, projects: [ProjectID]? = nil,
    environments: [EnvironmentID]? = nil
  ) {
    self.permission = permission
    self.kinds = kinds
    self.projects = projects
    self.environments = environments
  }
}
