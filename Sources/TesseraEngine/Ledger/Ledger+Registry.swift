import TesseraModel

/// The registry: entries come, change and go, with all that names them.
extension Ledger {
  /// The entry is as it says, whether or not it was there.
  mutating func put(_ entry: RegistryEntry) {
    let before = registry.put(entry)
    dependents.replace(before, by: entry, of: entry.key)
    // Rights are compiled to numbers of projects, environments and methods, which do not change
    // with their entries. Only what sets and roles hold is copied into rights.
    switch (entry, before) {
    case (.scopeSet(let new), .scopeSet(let old)?) where new.methods == old.methods: return
    case (.role(let new), .role(let old)?) where new.grants == old.grants: return
    case (.scopeSet, _), (.role, _): recompile(naming: entry.key)
    case (.project, _), (.environment, _), (.method, _): return
    }
  }

  /// Drops all entries, where only certificates can name any.
  mutating func dropRegistry() {
    for entry in registry.entries.values {
      dependents.replace(entry, by: nil, of: entry.key)
      registry.remove(entry.key)
    }
    for number in certificates.keys { recompile(number) }
  }

  /// What names a set or a role, directly or through a role, is to be compiled anew.
  private mutating func recompile(naming key: RegistryKey) {
    stale.accesses += dependents.accesses[key] ?? []
    stale.users += users(naming: key)
  }

  /// The users whose grants name the entry, and those of roles whose grants do.
  func users(naming key: RegistryKey) -> Set<UserNumber> {
    var users = dependents.users[key] ?? []
    for entry in dependents.entries[key] ?? [] { users.formUnion(dependents.users[entry] ?? []) }
    return users
  }

  /// What is left to do when nothing names the entry any more.
  mutating func finishRemoval(of key: RegistryKey, affecting users: Set<UserNumber>) {
    // The configuration may have named it anew while the rest was done.
    for number in dependents.accesses[key] ?? [] { drop(key, from: number) }
    dependents.replace(registry[key], by: nil, of: key)
    registry.remove(key)
    if case .project(let project) = key { tokensOfProject[project] = nil }
    stale.users += users
  }

  mutating func drop(_ key: RegistryKey, from holder: RegistryKey) {
    guard let old = registry[holder] else { return }
    var new = old
    new.drop(key)
    _ = registry.put(new)
    dependents.replace(old, by: new, of: holder)
  }

  mutating func drop(_ key: RegistryKey, from user: UserNumber) {
    guard let id = shared.users.withRights(user, { $0.id }), let old = owners[id]?.record else {
      return
    }
    var new = old
    new.drop(key)
    dependents.replace(old, by: new, of: user)
    owners.change(id) { $0.record = new }
  }
}
