import TesseraModel
import TesseraWire

/// What a token may be, whoever asks. Each refusal names its field, and they come in the order in
/// which the authority looks.
extension InMemoryAuthority {
  /// What can be said without looking anything up.
  func checkShape(_ request: IssueRequest) throws(TesseraError) -> TokenKind {
    try checkLists(request)
    guard let kind = request.kind, kind != .proxyKey else {
      throw .invalid("kind", "name a kind that is issued")
    }
    try checkTexts(name: request.name, description: request.description)
    try checkProjects(request.projects, kind)
    guard (request.environment != nil) == kind.isBoundToEnvironment else {
      throw .invalid("environment", "CLIENT and FRONTEND tokens have one environment, no others")
    }
    guard (request.owner != nil) == (kind == .personal) else {
      throw .invalid("owner", "PERSONAL tokens have an owner, and no others")
    }
    try checkScopes(request.scopes ?? .kindDefault, kind)
    try checkPermissions(request.permissions, kind)
    return kind
  }

  /// That what a token names is there.
  func checkNames(_ request: IssueRequest) throws(TesseraError) {
    try checkKnown(request.projects?.named ?? [], "projects")
    try checkKnown([request.environment].compactMap(\.self), "environment")
    if let scopes = request.scopes { try checkKnown(scopes) }
    if let owner = request.owner {
      guard let user = users[owner] else { throw .invalid("owner", "there is no user \(owner)") }
      guard !user.isDisabled else {
        throw .invalid("owner", "the user \(owner) is disabled")
      }
    }
    for grant in request.permissions {
      try checkKnown(grant.projects ?? [], "permissions.projects")
      try checkKnown(grant.environments ?? [], "permissions.environments")
    }
  }

  /// An empty list would read as no list at all: it is refused before anything else.
  private func checkLists(_ request: IssueRequest) throws(TesseraError) {
    if request.projects == .list([]) { throw .empty("projects.list") }
    if let scopes = request.scopes { try checkNotEmpty(scopes) }
    for (index, grant) in request.permissions.enumerated() {
      if grant.kinds?.isEmpty == true { throw .empty("permissions[\(index)].kinds") }
      if grant.projects?.isEmpty == true { throw .empty("permissions[\(index)].projects") }
      if grant.environments?.isEmpty == true { throw .empty("permissions[\(index)].environments") }
    }
  }

  func checkNotEmpty(_ scopes: ScopeSelection) throws(TesseraError) {
    if scopes == .some(sets: [], methods: []) { throw .empty("scopes.some") }
  }

  func checkTexts(name: String, description: String) throws(TesseraError) {
    guard name.utf8.count <= Limits.tokenNameBytes else {
      throw .invalid("name", "a name has at most \(Limits.tokenNameBytes) bytes")
    }
    guard name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
      throw .invalid("name", "a name holds no control characters")
    }
    guard description.utf8.count <= Limits.descriptionBytes else {
      throw .invalid("description", "a description has at most \(Limits.descriptionBytes) bytes")
    }
  }

  func checkProjects(_ projects: ProjectSelection?, _ kind: TokenKind) throws(TesseraError) {
    guard (projects != nil) == kind.isBoundToEnvironment else {
      throw .invalid("projects", "CLIENT and FRONTEND tokens have projects, and no others")
    }
    guard case .list(let list) = projects else { return }
    guard list.count <= Limits.projectsPerToken else {
      throw .invalid("projects", "a token has at most \(Limits.projectsPerToken) projects")
    }
  }

  func checkScopes(_ scopes: ScopeSelection, _ kind: TokenKind) throws(TesseraError) {
    if scopes == .kindDefault { return }
    guard kind != .service, kind != .admin else {
      throw .invalid("scopes", "ADMIN and SERVICE tokens have no scopes")
    }
    guard case .some(let sets, let methods) = scopes else { return }
    guard sets.count <= Limits.setsPerToken, methods.count <= Limits.methodsPerToken else {
      throw .invalid(
        "scopes",
        "a token names at most \(Limits.setsPerToken) sets and \(Limits.methodsPerToken) methods")
    }
  }

  private func checkPermissions(
    _ permissions: [PermissionGrant], _ kind: TokenKind
  ) throws(TesseraError) {
    guard permissions.isEmpty == (kind != .service) else {
      throw .invalid("permissions", "SERVICE tokens have permissions, and no others")
    }
    guard permissions.count <= Limits.permissionsPerToken else {
      throw .invalid(
        "permissions", "a token has at most \(Limits.permissionsPerToken) permissions")
    }
    for (index, grant) in permissions.enumerated() {
      if let limit = grant.pointlessLimit {
        throw .invalid("permissions[\(index)].\(limit.field)", limit.reason)
      }
    }
  }

  func checkKnown(_ projects: [ProjectID], _ field: String) throws(TesseraError) {
    for project in projects where registry[.project(project)] == nil {
      throw .invalid(field, "there is no project \(project)")
    }
  }

  func checkKnown(
    _ scopes: ScopeSelection, _ field: String = "scopes"
  ) throws(TesseraError) {
    guard case .some(let sets, let methods) = scopes else { return }
    for set in sets where registry[.scopeSet(set)] == nil {
      throw .invalid("\(field).sets", "there is no scope set \(set)")
    }
    for method in methods where registry[.method(method)] == nil {
      throw .invalid("\(field).methods", "there is no method \(method)")
    }
  }

  private func checkKnown(
    _ environments: [EnvironmentID], _ field: String
  ) throws(TesseraError) {
    for environment in environments where registry[.environment(environment)] == nil {
      throw .invalid(field, "there is no environment \(environment)")
    }
  }

  /// That the owner may have one more.
  func checkRoom(for owner: UserID?) throws(TesseraError) {
    guard let owner else { return }
    let count = held.count { $0.token.owner == owner && $0.token.revocation == nil }
    guard count < Limits.tokensPerOwner else {
      throw .refused(
        Refusal(
          .resourceExhausted,
          "the user has \(count) tokens, which is the most; revoke some that are not in use",
          field: "owner"))
    }
  }

  /// The moment that was asked for; nil is never.
  func end(_ asked: ExpiryChoice) throws(TesseraError) -> Timestamp? {
    let (end, field): (Timestamp, String)
    switch asked {
    case .never: return nil
    case .at(let moment): (end, field) = (moment, "expires_at")
    case .after(let lifetime): (end, field) = (now + lifetime, "lifetime")
    }
    guard end > now else { throw .invalid(field, "the expiry is not in the future") }
    guard end <= now + Limits.lifetime, end < .latest else {
      throw .invalid(field, "the expiry is more than 400 years away; ask for never")
    }
    return end
  }
}

extension ProjectSelection {
  /// The projects that are named one by one.
  fileprivate var named: [ProjectID] {
    switch self {
    case .one(let project): [project]
    case .list(let projects): projects
    case .all: []
    }
  }
}
