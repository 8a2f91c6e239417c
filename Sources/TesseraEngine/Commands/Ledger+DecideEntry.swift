import TesseraModel

/// Projects, environments, methods, scope sets and roles.
extension Ledger {
  func decideCreate(
    _ entry: RegistryEntry, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    try checkMayWrite(entry.key, rights, "entry.key")
    var entry = entry.normalised
    entry.version = 1
    try checkShape(entry)
    try checkGivable(entry, rights, "entry.grants")
    try checkNames(entry)
    guard registry[entry.key] == nil else {
      throw Refusal(
        .alreadyExists,
        "there is such an entry '\(entry.key.text)' already; update it, or take "
          + "another name", field: "entry.key")
    }
    try checkRoom(for: entry.key)
    batch.put(entry, .entryCreated, by: caller.actor, FieldChange.between(nil, entry))
    return .entry(entry)
  }

  /// Makes the entry what is given. Where it is so already, nothing is changed and no version is
  /// asked for, as with tokens.
  func decideUpdate(
    _ entry: RegistryEntry, ifVersion: UInt32?, by caller: Caller, _ rights: CallerRights,
    in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    try checkMayWrite(entry.key, rights, "entry.key")
    let old = try writable(entry.key, rights, "entry.key")
    var new = entry.normalised
    new.version = old.version
    try checkShape(new, replacing: old)
    try checkGivable(old, replacing: old, rights, "entry.key")
    try checkGivable(new, replacing: old, rights, "entry.grants")
    try checkUncovering(
      Holdings(grants: old.grants), Holdings(grants: new.grants), rights, "entry.grants")
    try checkNames(new)
    guard new != old else { return .entry(old) }
    try checkVersion(ifVersion, of: "entry", at: old.version)
    new.version += 1
    batch.put(new, .entryUpdated, by: caller.actor, FieldChange.between(old, new))
    return .entry(new)
  }

  /// - Parameter going: the tokens that are revoked with it.
  func decideRemove(
    _ key: RegistryKey, revoking going: [TokenID], by caller: Caller, _ rights: CallerRights,
    in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    try checkRemovable(key, by: rights)
    let revocation = Revocation(
      at: batch.now, by: caller.actor, reason: "the \(key.type.words) was removed")
    batch.remove(key, revocation, revoking: going)
    return .removed(revokedTokens: going.count)
  }

  func checkRemovable(_ key: RegistryKey, by rights: CallerRights) throws(Refusal) {
    try checkMayWrite(key, rights, "key")
    let entry = try writable(key, rights, "key")
    try checkGivable(entry, replacing: entry, rights, "key")
    try checkUncovering(Holdings(grants: entry.grants), Holdings(), rights, "key")
    if case .scopeSet(let name) = key, name.isBuiltIn {
      throw Refusal(
        .failedPrecondition,
        "the set \(name) is what tokens open that name no scopes: it can be changed, not removed",
        field: "key")
    }
  }

  /// The entry that is to be changed. To a caller who writes the users of some projects, a role
  /// that gives what the caller may not give does not exist.
  private func writable(
    _ key: RegistryKey, _ rights: CallerRights, _ field: String
  ) throws(Refusal) -> RegistryEntry {
    guard let entry = registry[key] else { throw .noEntry(key, field: field) }
    if case .role(let role) = entry, rights.writesUsersOfSome, !mayGive(role, rights) {
      throw .noEntry(key, field: field)
    }
    return entry
  }

  /// Who may write such an entry. What is outside a caller's limits is refused alike whether it
  /// exists or not.
  private func checkMayWrite(
    _ key: RegistryKey, _ rights: CallerRights, _ field: String
  ) throws(Refusal) {
    let permission: Permission = key.type == .role ? .usersWrite : .registryWrite
    guard rights.has(permission) else { throw .lacks(permission) }
    guard key.type == .role || rights.hasUnlimited(permission) || isWithinLimits(key, rights) else {
      throw Refusal(
        .permissionDenied,
        "the caller's permission \(permission.name) is limited, and this is outside its limits",
        field: field)
    }
  }

  /// Whether a grant of the caller reaches the entry, and all that goes with it when it is deleted.
  /// A grant that is limited to environments as well reaches no project, and one that is limited to
  /// projects no environment.
  private func isWithinLimits(_ key: RegistryKey, _ rights: CallerRights) -> Bool {
    let grants = rights.access.grants
    return grants.all.contains { grant in
      guard grant.permission == .registryWrite, grant.kinds == .all else { return false }
      return switch key {
      case .project(let project):
        grant.environments == nil && grants.allows(registry.number(of: project), grant)
      case .environment(let environment):
        grant.projects == nil && grants.allows(registry.number(of: environment), grant)
      case .method, .scopeSet, .role: false
      }
    }
  }
}
