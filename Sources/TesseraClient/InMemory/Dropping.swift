import TesseraModel
import TesseraWire

// What names an entry of the registry names it no longer when that goes. What becomes empty by it
// opens nothing.

extension Token {
  /// Whether nothing is left for the token to open when the entry goes.
  func isForOnly(_ key: RegistryKey) -> Bool {
    switch key {
    case .project(let project): projects == .one(project)
    case .environment(let environment): self.environment == environment
    case .method, .scopeSet, .role: false
    }
  }

  mutating func drop(_ key: RegistryKey) {
    scopes?.drop(key)
    for index in permissions.indices { permissions[index].drop(key) }
    if case .environment(let gone) = key, environment == gone { environment = nil }
    guard case .project(let gone) = key else { return }
    switch projects {
    case .one(gone): projects = .list([])
    case .list(let list): projects = .list(list.filter { $0 != gone })
    case .one, .all, nil: return
    }
  }
}

extension ScopeSelection {
  mutating func drop(_ key: RegistryKey) {
    guard case .some(let sets, let methods) = self else { return }
    switch key {
    case .scopeSet(let gone): self = .some(sets: sets.filter { $0 != gone }, methods: methods)
    case .method(let gone): self = .some(sets: sets, methods: methods.filter { $0 != gone })
    case .project, .environment, .role: return
    }
  }
}

extension PermissionGrant {
  fileprivate mutating func drop(_ key: RegistryKey) {
    switch key {
    case .project(let gone): projects?.removeAll { $0 == gone }
    case .environment(let gone): environments?.removeAll { $0 == gone }
    case .method, .scopeSet, .role: return
    }
  }
}

extension [Grant] {
  fileprivate mutating func drop(_ key: RegistryKey) {
    if case .project(let gone) = key { removeAll { $0.place == .project(gone) } }
    for index in indices { self[index].scopes?.drop(key) }
  }
}

extension User {
  mutating func drop(_ key: RegistryKey) {
    grants.drop(key)
    if case .role(let gone) = key { roles.removeAll { $0 == gone } }
  }
}

extension RegistryEntry {
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
