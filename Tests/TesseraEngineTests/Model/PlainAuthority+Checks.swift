import TesseraModel

/// What is asked of any token, whoever makes it.
extension PlainAuthority {
  /// What can be said without looking anything up.
  func checkShape(_ token: TokenRecord) throws(Faults) {
    try checkScopes(token.scopes, of: token.kind)
    let isBound = token.kind == .client || token.kind == .frontend
    let holds =
      token.kind != .proxyKey
      && (token.projects != nil) == isBound && (token.environment != nil) == isBound
      && token.projects != .list([])
      && (token.owner != nil) == (token.kind == .personal)
      && token.permissions.isEmpty == (token.kind != .service)
      && !token.permissions.contains {
        $0.kinds == [] || $0.projects == [] || $0.environments == [] || !takesItsLimits($0)
      }
      && token.name.utf8.count <= 200 && token.description.utf8.count <= 1000
    guard holds else { throw .any(.invalidArgument) }
  }

  private func takesItsLimits(_ grant: PermissionGrant) -> Bool {
    switch grant.permission {
    case .usersActAs, .serverRead, .serverOperate:
      grant.kinds == nil && grant.projects == nil && grant.environments == nil
    case .usersRead, .usersWrite: grant.kinds == nil && grant.environments == nil
    case .registryRead, .registryWrite: grant.kinds == nil
    default: true
    }
  }

  func checkScopes(_ scopes: ScopeSelection, of kind: TokenKind) throws(Faults) {
    guard scopes != .kindDefault else { return }
    guard kind != .admin, kind != .service, scopes != .some(sets: [], methods: []) else {
      throw .any(.invalidArgument)
    }
  }

  /// That all it names exists.
  func checkNames(_ token: TokenRecord) throws(Faults) {
    var names: [RegistryKey] = []
    switch token.projects {
    case .one(let project): names.append(.project(project))
    case .list(let projects): names += projects.map { .project($0) }
    case .all, nil: break
    }
    if let environment = token.environment { names.append(.environment(environment)) }
    for grant in token.permissions {
      names += (grant.projects ?? []).map { .project($0) }
      names += (grant.environments ?? []).map { .environment($0) }
    }
    names += RegistryKey.names(in: token.scopes)
    guard names.allSatisfy({ exists($0) }) else { throw .any(.invalidArgument) }
  }

  /// What is asked of a new token's owner.
  func checkOwner(_ token: TokenRecord) throws(Faults) {
    guard token.owner.map({ isActive($0) }) ?? true else { throw .any(.invalidArgument) }
  }

  /// What is asked of a user's or a role's grants. Those that are there already may stay, be they
  /// empty by now.
  func checkShape(_ grants: [Grant], beside held: [Grant]) throws(Faults) {
    let holds = grants.filter { !held.contains($0) }.allSatisfy { grant in
      grant.scopes != .kindDefault && grant.scopes != .some(sets: [], methods: [])
        && grant.permissions.allSatisfy { $0.isForUsers }
        && (grant.place == .global
          ? !grant.createsTokens && !grant.hidesTokens : grant.permissions.isEmpty)
    }
    guard holds else { throw .any(.invalidArgument) }
  }

  /// That all they name exists.
  func checkNames(_ grants: [Grant]) throws(Faults) {
    for grant in grants {
      var names = grant.scopes.map { RegistryKey.names(in: $0) } ?? []
      if case .project(let project) = grant.place { names.append(.project(project)) }
      guard names.allSatisfy({ exists($0) }) else { throw .any(.invalidArgument) }
    }
  }
}

extension RegistryKey {
  static func names(in scopes: ScopeSelection) -> [RegistryKey] {
    guard case .some(let sets, let methods) = scopes else { return [] }
    return sets.map { .scopeSet($0) } + methods.map { .method($0) }
  }
}

/// Lists are kept sorted and without repetition.
extension ProjectSelection {
  var sorted: ProjectSelection {
    if case .list(let projects) = self { .list(Array(Set(projects)).sorted()) } else { self }
  }
}

extension ScopeSelection {
  var sorted: ScopeSelection {
    guard case .some(let sets, let methods) = self else { return self }
    return .some(sets: Array(Set(sets)).sorted(), methods: Array(Set(methods)).sorted())
  }
}
