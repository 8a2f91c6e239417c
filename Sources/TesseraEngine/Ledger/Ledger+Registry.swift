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
  private func users(naming key: RegistryKey) -> Set<UserNumber> {
    var users = dependents.users[key] ?? []
    for entry in dependents.entries[key] ?? [] { users.formUnion(dependents.users[entry] ?? []) }
    return users
  }

  /// The entry is no more. What named it does not any longer, and tokens that were for it alone are
  /// revoked.
  mutating func remove(_ key: RegistryKey, _ revocation: Revocation) {
    revokeTokens(forOnly: key, revocation)
    for number in dependents.accesses[key] ?? [] { drop(key, from: number) }
    let affected = users(naming: key)
    for holder in dependents.entries[key] ?? [] {
      guard let old = registry[holder] else { continue }
      var new = old
      new.drop(key)
      _ = registry.put(new)
      dependents.replace(old, by: new, of: holder)
    }
    for user in dependents.users[key] ?? [] { drop(key, from: user) }
    dependents.replace(registry[key], by: nil, of: key)
    registry.remove(key)
    if case .project(let project) = key { tokensOfProject[project] = nil }
    stale.users += affected
  }

  private mutating func revokeTokens(forOnly key: RegistryKey, _ revocation: Revocation) {
    switch key {
    case .project(let project):
      for number in tokensOfProject[project]?.all ?? [] {
        let access = shared.slab.line(number).facts.access
        guard shared.access.withAccess(access, { $0.key.projects }) == .one(project) else {
          continue
        }
        revoke(id(of: number), revocation)
      }
    case .environment(let environment):
      let gone = registry.number(of: environment)
      guard gone != .unknown else { return }
      for number in order.all where shared.slab.line(number).facts.environment == gone {
        guard var record = record(number) else { continue }
        record.revoke(revocation)
        record.environment = nil
        put(record)
      }
    case .method, .scopeSet, .role: return
    }
  }

  private mutating func drop(_ key: RegistryKey, from user: UserNumber) {
    guard let id = shared.users.withRights(user, { $0.id }), let old = owners[id]?.record else {
      return
    }
    var new = old
    new.drop(key)
    dependents.replace(old, by: new, of: user)
    owners.change(id) { $0.record = new }
  }
}
