import TesseraModel

/// What Issue refuses for itself, whoever asks. Each refusal names its field.
extension Ledger {
  /// What can be said without looking anything up.
  func checkShape(_ command: IssueCommand) throws(Refusal) {
    guard command.kind != .proxyKey else {
      throw .invalid("kind", "proxy client keys are not issued; the configuration lists them")
    }
    try checkTexts(name: command.name, description: command.description)
    try checkProjects(command.projects, command.kind)
    try checkEnvironment(command)
    try checkOwner(command)
    try checkScopes(command.scopes ?? .kindDefault, command.kind)
    try checkPermissions(command)
  }

  /// That everything the token names exists.
  func checkNames(_ command: IssueCommand) throws(Refusal) {
    switch command.projects {
    case .one(let project): try checkKnown([project])
    case .list(let projects): try checkKnown(projects)
    case .all, nil: break
    }
    if let environment = command.environment { try checkKnown(environment, "environment") }
    if let scopes = command.scopes { try checkKnown(scopes) }
    if let owner = command.owner { try checkActive(owner) }
    for grant in command.permissions {
      for project in grant.projects ?? [] { try checkKnown(project, "permissions.projects") }
      for environment in grant.environments ?? [] {
        try checkKnown(environment, "permissions.environments")
      }
    }
  }

  /// That every project of a token exists.
  func checkKnown(_ projects: [ProjectID]) throws(Refusal) {
    for project in projects { try checkKnown(project, "projects") }
  }

  /// That every set and method exists.
  func checkKnown(_ scopes: ScopeSelection, _ field: String = "scopes") throws(Refusal) {
    guard case .some(let sets, let methods) = scopes else { return }
    for set in sets where registry[.scopeSet(set)] == nil {
      throw .invalid("\(field).sets", "there is no scope set \(set)")
    }
    for method in methods where registry[.method(method)] == nil {
      throw .invalid("\(field).methods", "there is no method \(method)")
    }
  }

  func checkTexts(name: String, description: String) throws(Refusal) {
    guard name.utf8.count <= Limits.tokenNameBytes else {
      throw .invalid("name", "a name has at most \(Limits.tokenNameBytes) bytes")
    }
    guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw .invalid("name", "a name holds no control characters")
    }
    guard description.utf8.count <= Limits.descriptionBytes else {
      throw .invalid(
        "description", "a description has at most \(Limits.descriptionBytes) bytes")
    }
  }

  func checkProjects(
    _ projects: ProjectSelection?, _ kind: TokenKind
  ) throws(Refusal) {
    guard kind.isBoundToEnvironment else {
      guard projects == nil else {
        throw .invalid("projects", "only CLIENT and FRONTEND tokens belong to projects")
      }
      return
    }
    switch projects {
    case nil:
      throw .invalid("projects", "say which projects: one, a list, or all")
    case .all, .one: break
    case .list(let projects):
      guard !projects.isEmpty else {
        throw .invalid("projects", "the list of projects is empty; name at least one")
      }
      guard projects.count <= Limits.projectsPerToken else {
        throw .invalid("projects", "a token has at most \(Limits.projectsPerToken) projects")
      }
    }
  }

  private func checkEnvironment(_ command: IssueCommand) throws(Refusal) {
    guard command.kind.isBoundToEnvironment else {
      guard command.environment == nil else {
        throw .invalid("environment", "only CLIENT and FRONTEND tokens belong to an environment")
      }
      return
    }
    guard command.environment != nil else {
      throw .invalid("environment", "CLIENT and FRONTEND tokens need exactly one environment")
    }
  }

  private func checkOwner(_ command: IssueCommand) throws(Refusal) {
    if command.kind == .personal, command.owner == nil {
      throw .invalid("owner", "a PERSONAL token needs the user whose it is")
    }
    if command.kind != .personal, command.owner != nil {
      throw .invalid("owner", "only PERSONAL tokens have an owner")
    }
  }

  func checkScopes(_ scopes: ScopeSelection, _ kind: TokenKind) throws(Refusal) {
    switch scopes {
    case .kindDefault: return
    case _ where kind == .service:
      throw .invalid("scopes", "SERVICE tokens have permissions, not scopes")
    case _ where kind == .admin:
      throw .invalid("scopes", "ADMIN tokens open everything and have no scopes")
    case .all: return
    case .some(let sets, let methods):
      guard !sets.isEmpty || !methods.isEmpty else {
        throw .invalid("scopes", "the scopes are empty; name a set or a method, or leave them out")
      }
      guard sets.count <= Limits.setsPerToken, methods.count <= Limits.methodsPerToken else {
        throw .invalid(
          "scopes",
          "a token names at most \(Limits.setsPerToken) sets and \(Limits.methodsPerToken) methods")
      }
    }
  }

  private func checkPermissions(_ command: IssueCommand) throws(Refusal) {
    guard command.kind == .service else {
      guard command.permissions.isEmpty else {
        throw .invalid("permissions", "only SERVICE tokens have permissions")
      }
      return
    }
    guard !command.permissions.isEmpty else {
      throw .invalid("permissions", "a SERVICE token needs at least one permission")
    }
    guard command.permissions.count <= Limits.permissionsPerToken else {
      throw .invalid(
        "permissions", "a token has at most \(Limits.permissionsPerToken) permissions")
    }
    for (index, grant) in command.permissions.enumerated() {
      if let limit = grant.pointlessLimit {
        throw .invalid("permissions[\(index)].\(limit.field)", limit.reason)
      }
      if grant.kinds?.isEmpty == true || grant.projects?.isEmpty == true
        || grant.environments?.isEmpty == true
      {
        throw .invalid(
          "permissions",
          "\(grant.permission.name) has an empty limit; name something, or leave it out")
      }
    }
  }

  func checkKnown(_ project: ProjectID, _ field: String) throws(Refusal) {
    guard registry[.project(project)] != nil else {
      throw .invalid(field, "there is no project \(project)")
    }
  }

  private func checkActive(_ owner: UserID) throws(Refusal) {
    guard let user = owners[owner]?.record else {
      throw .invalid("owner", "there is no user \(owner)")
    }
    guard !user.isDisabled else { throw .invalid("owner", "the user \(owner) is disabled") }
  }

  private func checkKnown(_ environment: EnvironmentID, _ field: String) throws(Refusal) {
    guard registry[.environment(environment)] != nil else {
      throw .invalid(field, "there is no environment \(environment)")
    }
  }
}
