import TesseraModel

/// What is removed is taken out of everything that names it, so that nothing comes back with the
/// name.
extension PlainAuthority {
  mutating func forget(_ key: RegistryKey) {
    for id in order {
      guard var token = tokens[id] else { continue }
      token.forget(key)
      tokens[id] = token
    }
    for (id, user) in users {
      users[id]?.grants = user.grants.compactMap { $0.without(key) }
      if case .role(let name) = key { users[id]?.roles = user.roles.filter { $0 != name } }
    }
    for (name, entry) in entries {
      switch entry {
      case .role(var role):
        role.grants = role.grants.compactMap { $0.without(key) }
        entries[name] = .role(role)
      case .scopeSet(var set):
        if case .method(let method) = key { set.methods.removeAll { $0 == method } }
        entries[name] = .scopeSet(set)
      case .project, .environment, .method: break
      }
    }
  }
}

extension TokenRecord {
  fileprivate mutating func forget(_ key: RegistryKey) {
    scopes = scopes.without(key)
    switch key {
    case .project(let project):
      if case .list(let list) = projects { projects = .list(list.filter { $0 != project }) }
      if projects == .one(project) { projects = .list([]) }
      for index in permissions.indices { permissions[index].projects?.removeAll { $0 == project } }
    case .environment(let gone):
      if environment == gone { environment = nil }
      for index in permissions.indices {
        permissions[index].environments?.removeAll { $0 == gone }
      }
    case .method, .scopeSet, .role: break
    }
  }
}

extension ScopeSelection {
  fileprivate func without(_ key: RegistryKey) -> ScopeSelection {
    guard case .some(let sets, let methods) = self else { return self }
    return .some(
      sets: sets.filter { .scopeSet($0) != key }, methods: methods.filter { .method($0) != key })
  }
}

extension Grant {
  /// nil where the grant was for what is gone.
  fileprivate func without(_ key: RegistryKey) -> Grant? {
    if case .project(let project) = place, .project(project) == key { return nil }
    var grant = self
    grant.scopes = scopes?.without(key)
    return grant
  }
}
