import TesseraModel

/// Nobody opens more than they hold: what a caller may make, change and take away.
extension Ledger {
  /// Whether the caller might make the token as it is.
  func mayIssue(_ record: TokenRecord, _ rights: CallerRights) -> Bool {
    refusal(toMake: record, by: rights, .tokensIssue) == nil
  }

  /// Why the caller may not make such a token; nil where it may. Said before names are looked up,
  /// so that what is outside a caller's limits and what does not exist are refused alike.
  ///
  /// - Parameter permission: to issue, or to import.
  func refusal(
    toMake record: TokenRecord, by rights: CallerRights, _ permission: Permission
  ) -> Refusal? {
    if rights.isAdmin { return nil }
    switch record.kind {
    case .admin, .service, .proxyKey:
      return .exceeds("kind", "only who may do everything makes ADMIN and SERVICE tokens")
    case .personal, .client, .frontend: break
    }
    if let holder = rights.holder {
      return refusal(toMake: record, by: holder, through: rights.access)
    }
    guard encloses(rights, record, permission) else {
      return .exceeds(
        "", "the caller makes tokens only within its own kinds, projects and environments")
    }
    return record.owner.flatMap { refusal(toMakeFor: $0, by: rights) }
  }

  /// A PERSONAL token is worth what its owner holds: permissions of the RPC port among it, and
  /// CREATE_PROJECT_API_TOKEN, which the caller must hold too, and all of it where the owner is an
  /// administrator.
  private func refusal(toMakeFor owner: UserID, by rights: CallerRights) -> Refusal? {
    guard let held = owners[owner].flatMap({ shared.users.rights($0.number) }) else { return nil }
    if held.isAdmin {
      return .exceeds("owner", "only who may do everything makes tokens for administrators")
    }
    if held.createsTokensSomewhere, !rights.issuesClientsEverywhere {
      return .exceeds(
        "owner",
        "the user creates tokens of projects, which the caller does not without a limit; with "
          + "users.act_as the token is made in the user's name")
    }
    let exceeding = Permission.allCases.first {
      held.permissions.contains($0) && !rights.hasUnlimited($0)
    }
    return exceeding.map {
      .exceeds(
        "owner",
        "the user holds \($0.name), which the caller does not have without a limit; with "
          + "users.act_as the token is made in the user's name")
    }
  }

  private func refusal(
    toMake record: TokenRecord, by holder: UserRights, through access: CompiledAccess
  ) -> Refusal? {
    let asked = registry.knownMethods(record.scopes, of: record.kind)
    guard isWithin(record.scopes, of: record.kind, access) else {
      return .exceeds("scopes", "the scopes open more than those of the caller's own token")
    }
    guard record.kind.isBoundToEnvironment else {
      return holder.owns(record)
        ? nil : .exceeds("owner", "users make PERSONAL tokens for themselves alone")
    }
    guard creates(holder, record.projects) else {
      return .exceeds(
        "projects", "this needs CREATE_PROJECT_API_TOKEN in every project of the token")
    }
    guard holds(holder, asked, as: record) else {
      return .exceeds("scopes", "the scopes open more than the user does in the token's projects")
    }
    return nil
  }

  /// Whether the user has CREATE_PROJECT_API_TOKEN in every project. Nobody has it for a list that
  /// has become empty.
  private func creates(_ holder: UserRights, _ projects: ProjectSelection?) -> Bool {
    switch projects {
    case .one(let project): holder.createsTokens(in: registry.number(of: project))
    case .list(let projects):
      !projects.isEmpty
        && projects.allSatisfy { holder.createsTokens(in: registry.number(of: $0)) }
    case .all: holder.createsTokens(in: .none)
    case nil: false
    }
  }

  /// Whether the user holds, in every project of a token, the methods that it asks for beyond what
  /// its kind opens.
  private func holds(
    _ holder: UserRights, _ asked: [ProductMethodNumber]?, as record: TokenRecord
  ) -> Bool {
    let free = Set(registry.knownMethods(.kindDefault, of: record.kind) ?? [])
    let rest = asked.map { $0.filter { !free.contains($0) } }
    return switch record.projects {
    case .one(let project): holder.holds(rest, in: .project(registry.number(of: project)))
    case .list(let projects):
      projects.allSatisfy { holder.holds(rest, in: .project(registry.number(of: $0))) }
    case .all: holder.holds(rest, in: .allProjects)
    case nil: false
    }
  }

  /// Whether a token with these scopes opens no more than the caller's own PERSONAL token. Through
  /// a scoped token its owner makes, changes, revokes and sees only such tokens: who finds it finds
  /// nothing wider.
  func isWithin(
    _ scopes: ScopeSelection, of kind: TokenKind, _ access: CompiledAccess
  ) -> Bool {
    !access.isScoped || access.methods.contains(registry.knownMethods(scopes, of: kind))
  }

  /// That what a scoped PERSONAL token makes ends with it at the latest.
  func checkEnd(_ end: Timestamp?, by rights: CallerRights) throws(Refusal) {
    guard let latest = rights.latestEnd else { return }
    guard let end, end <= latest else {
      throw .exceeds(
        "expires_at", "the token would outlive the caller's own, which ends at \(latest.text)")
    }
  }

  /// Whether the caller may take away what the token opens.
  func mayRevoke(_ record: TokenRecord, _ rights: CallerRights) -> Bool {
    if rights.isAdmin || record.id == rights.tokenID { return true }
    guard let holder = rights.holder else { return encloses(rights, record, .tokensRevoke) }
    guard isWithin(record.scopes, of: record.kind, rights.access) else { return false }
    return holder.owns(record)
      || (record.kind.isBoundToEnvironment && creates(holder, record.projects))
  }

  /// Whether the token is within one of the caller's grants, whole.
  private func encloses(
    _ rights: CallerRights, _ record: TokenRecord, _ permission: Permission
  ) -> Bool {
    let projects = CompiledProjects(record.kind, record.projects) { registry.number(of: $0) }
    let environment = record.environment.map { registry.number(of: $0) }
    return rights.encloses(permission, record.kind, projects, environment ?? .none)
  }
}

extension CallerRights {
  /// Whether there may be tokens that the caller issues: users do as their grants say.
  var mayIssueSome: Bool { has(.tokensIssue) || holder != nil }
  /// Whether there may be tokens beside its own that the caller revokes.
  var mayRevokeSome: Bool { has(.tokensRevoke) || holder != nil }
  /// Whether it issues CLIENT and FRONTEND tokens of every project and environment.
  var issuesClientsEverywhere: Bool {
    isAdmin
      || access.grants.all.contains {
        $0.permission == .tokensIssue && $0.projects == nil && $0.environments == nil
          && $0.kinds.contains(.client) && $0.kinds.contains(.frontend)
      }
  }
  /// When a token ends at the latest that the caller makes; nil where nothing is said of it.
  var latestEnd: Timestamp? { holder != nil && access.isScoped ? expiresAt : nil }
}

extension Refusal {
  fileprivate static func exceeds(_ field: String, _ message: String) -> Refusal {
    Refusal(.permissionDenied, message, field: field)
  }
}
