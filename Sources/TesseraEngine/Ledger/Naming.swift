import TesseraModel

/// Something that names entries of the registry.
protocol Naming {
  var names: Set<RegistryKey> { get }
  /// Names the entry no longer. What becomes empty by it opens nothing.
  mutating func drop(_ key: RegistryKey)
}

extension ScopeSelection: Naming {
  var names: Set<RegistryKey> {
    guard case .some(let sets, let methods) = self else { return [] }
    return Set(sets.map { .scopeSet($0) } + methods.map { .method($0) })
  }

  mutating func drop(_ key: RegistryKey) {
    guard case .some(var sets, var methods) = self else { return }
    switch key {
    case .scopeSet(let set): sets.removeAll { $0 == set }
    case .method(let method): methods.removeAll { $0 == method }
    case .project, .environment, .role: return
    }
    self = .some(sets: sets, methods: methods)
  }
}

extension PermissionGrant: Naming {
  var names: Set<RegistryKey> {
    Set((projects ?? []).map { .project($0) } + (environments ?? []).map { .environment($0) })
  }

  mutating func drop(_ key: RegistryKey) {
    switch key {
    case .project(let project): projects?.removeAll { $0 == project }
    case .environment(let environment): environments?.removeAll { $0 == environment }
    case .method, .scopeSet, .role: return
    }
  }
}

extension AccessKey: Naming {
  /// Among them the set that tokens of its kind open where they name no scopes.
  var names: Set<RegistryKey> {
    var names = scopes.names
    switch projects {
    case .one(let project): names.insert(.project(project))
    case .list(let projects): names.formUnion(projects.map { .project($0) })
    case .all, nil: break
    }
    for grant in permissions { names.formUnion(grant.names) }
    if scopes == .kindDefault {
      if kind == .client { names.insert(.scopeSet(.client)) }
      if kind == .frontend { names.insert(.scopeSet(.frontend)) }
    }
    return names
  }

  mutating func drop(_ key: RegistryKey) {
    scopes.drop(key)
    for index in permissions.indices { permissions[index].drop(key) }
    guard case .project(let gone) = key else { return }
    switch projects {
    case .one(gone): projects = .list([])
    case .list(let projects): self.projects = .list(projects.filter { $0 != gone })
    case .one, .all, nil: return
    }
  }
}

extension [Grant]: Naming {
  var names: Set<RegistryKey> {
    var names: Set<RegistryKey> = []
    for grant in self {
      if case .project(let project) = grant.place { names.insert(.project(project)) }
      if let scopes = grant.scopes { names.formUnion(scopes.names) }
    }
    return names
  }

  /// Grants for a project that is removed are removed with it.
  mutating func drop(_ key: RegistryKey) {
    if case .project(let gone) = key { removeAll { $0.place == .project(gone) } }
    for index in indices { self[index].scopes?.drop(key) }
  }
}

extension UserRecord: Naming {
  var names: Set<RegistryKey> { grants.names.union(roles.map { .role($0) }) }

  mutating func drop(_ key: RegistryKey) {
    grants.drop(key)
    if case .role(let gone) = key { roles.removeAll { $0 == gone } }
  }
}

extension RegistryEntry: Naming {
  var names: Set<RegistryKey> {
    switch self {
    case .project, .environment, .method: []
    case .scopeSet(let set): Set(set.methods.map { .method($0) })
    case .role(let role): role.grants.names
    }
  }

  mutating func drop(_ key: RegistryKey) {
    switch self {
    case .project, .environment, .method: return
    case .scopeSet(var set):
      guard case .method(let gone) = key else { return }
      set.methods.removeAll { $0 == gone }
      self = .scopeSet(set)
    case .role(var role):
      role.grants.drop(key)
      self = .role(role)
    }
  }
}

/// Who names each entry of the registry, be it there or not.
struct Dependents: Equatable {
  private(set) var accesses: [RegistryKey: Set<AccessNumber>] = [:]
  private(set) var users: [RegistryKey: Set<UserNumber>] = [:]
  /// Sets and roles.
  private(set) var entries: [RegistryKey: Set<RegistryKey>] = [:]

  mutating func replace(_ old: AccessKey?, by new: AccessKey?, of number: AccessNumber) {
    replace(old?.names, by: new?.names, number, in: \.accesses)
  }

  mutating func replace(_ old: UserRecord?, by new: UserRecord?, of number: UserNumber) {
    replace(old?.names, by: new?.names, number, in: \.users)
  }

  mutating func replace(_ old: RegistryEntry?, by new: RegistryEntry?, of key: RegistryKey) {
    replace(old?.names, by: new?.names, key, in: \.entries)
  }

  private mutating func replace<Holder>(
    _ old: Set<RegistryKey>?, by new: Set<RegistryKey>?, _ holder: Holder,
    in holders: WritableKeyPath<Dependents, [RegistryKey: Set<Holder>]>
  ) {
    let (old, new) = (old ?? [], new ?? [])
    for key in old where !new.contains(key) {
      self[keyPath: holders][key]?.remove(holder)
      if self[keyPath: holders][key]?.isEmpty == true { self[keyPath: holders][key] = nil }
    }
    for key in new where !old.contains(key) {
      self[keyPath: holders][key, default: []].insert(holder)
    }
  }
}
