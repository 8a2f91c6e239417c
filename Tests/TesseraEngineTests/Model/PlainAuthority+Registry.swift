import TesseraEngine
import TesseraModel

extension PlainAuthority {
  mutating func create(_ entry: RegistryEntry, _ change: Change) throws(Faults) -> Answer {
    try checkRight(toChange: entry.key, change.powers)
    var entry = entry.sorted
    entry.version = 1
    var conditions = Conditions()
    conditions.attempt { () throws(Faults) in try check(entry) }
    conditions.demand(!exists(entry.key), else: .alreadyExists)
    conditions.attempt { () throws(Faults) in try checkGrantable(entry, change.powers) }
    try conditions.check()
    put(entry)
    note(.entryCreated, .entry(entry.key), change)
    return .entry(entry)
  }

  mutating func update(
    _ entry: RegistryEntry, _ version: UInt32?, _ change: Change
  ) throws(Faults) -> Answer {
    try checkRight(toChange: entry.key, change.powers)
    let held = try known(entry.key, change.powers)
    var entry = entry.sorted
    entry.version = held.version
    var conditions = Conditions()
    conditions.attempt { () throws(Faults) in try check(entry, beside: held) }
    conditions.attempt { () throws(Faults) in try checkGrantable(held, beside: held, change.powers)
    }
    conditions.attempt { () throws(Faults) in try checkGrantable(entry, beside: held, change.powers)
    }
    conditions.demand(
      mayUncover(held.given, entry.given, change.powers), else: .permissionDenied)
    if entry != held, let version { conditions.demand(version == held.version, else: .aborted) }
    try conditions.check()
    guard entry != held else { return .entry(held) }
    entry.version += 1
    put(entry)
    note(.entryUpdated, .entry(entry.key), change, fields: entry.fields(otherThan: held))
    return .entry(entry)
  }

  mutating func remove(_ key: RegistryKey, _ change: Change) throws(Faults) -> Answer {
    try checkRight(toChange: key, change.powers)
    let held = try known(key, change.powers)
    try checkGrantable(held, beside: held, change.powers)
    guard mayUncover(held.given, [], change.powers) else { throw .any(.permissionDenied) }
    if case .scopeSet(let name) = key, name == .client || name == .frontend {
      throw .any(.failedPrecondition)
    }
    entries[key] = nil
    let ended = order.filter { tokens[$0].map { $0.isFor(key) && $0.revocation == nil } ?? false }
    for id in ended { end(id, change.revocation(PlainAuthority.reason(key))) }
    forget(key)
    if !ended.isEmpty { note(.tokenRevoked, .tokens(ended), change) }
    note(.entryRemoved, .entry(key), change)
    return .removed(revokedTokens: ended.count)
  }

  /// The entry, where there is one of which the caller may know.
  private func known(_ key: RegistryKey, _ powers: Powers) throws(Faults) -> RegistryEntry {
    guard let held = entries[key] else { throw .any(.notFound) }
    if case .role(let name) = key, isLimited(powers), !mayWrite(name, powers) {
      throw .any(.notFound)
    }
    return held
  }

  private static func reason(_ key: RegistryKey) -> String {
    switch key {
    case .project: "the project was removed"
    case .environment: "the environment was removed"
    // Nothing is revoked with these.
    case .method, .scopeSet, .role: ""
    }
  }

  /// Whether the caller may write such an entry: roles are users' matters, and what is limited to
  /// projects or environments writes these alone.
  private func checkRight(toChange key: RegistryKey, _ powers: Powers) throws(Faults) {
    let permission: Permission = key.type == .role ? .usersWrite : .registryWrite
    if holds(powers, permission) { return }
    let isWithin = powers.grants.contains { grant in
      guard grant.permission == permission else { return false }
      return switch key {
      case .project(let project):
        grant.environments == nil && grant.projects?.contains(project) ?? false
      case .environment(let environment):
        grant.projects == nil && grant.environments?.contains(environment) ?? false
      case .role: true
      case .method, .scopeSet: false
      }
    }
    guard isWithin else { throw .any(.permissionDenied) }
  }

  /// A role gives what its grants say: who writes one might give them all. A set gives its methods
  /// to all who name it, in every project: a user who adds one holds it in all of them.
  private func checkGrantable(
    _ entry: RegistryEntry, beside held: RegistryEntry? = nil, _ powers: Powers
  ) throws(Faults) {
    var given: [Grant] = []
    if case .role(let role) = entry {
      given = role.grants
      if given.isEmpty, isLimited(powers) { throw .any(.permissionDenied) }
    }
    if case .scopeSet(let set) = entry, powers.user != nil {
      var old: [MethodName] = []
      if case .scopeSet(let held) = held { old = held.methods }
      for method in set.methods where !old.contains(method) {
        given.append(
          Grant(.allProjects, scopes: .some(sets: [], methods: [method]), hidesTokens: true))
      }
    }
    guard given.allSatisfy({ mayGive($0, powers) }) else { throw .any(.permissionDenied) }
  }

  /// What is asked of an entry, and that all it names exists.
  private func check(_ entry: RegistryEntry, beside held: RegistryEntry? = nil) throws(Faults) {
    switch entry {
    case .project(let project):
      guard project.id != "user", project.id != "service" else { throw .any(.invalidArgument) }
    case .environment, .method: break
    case .scopeSet(let set):
      guard set.methods.allSatisfy({ exists(.method($0)) }) else { throw .any(.invalidArgument) }
    case .role(let role):
      var grants: [Grant] = []
      if case .role(let old) = held { grants = old.grants }
      try checkShape(role.grants, beside: grants)
      try checkNames(role.grants)
    }
  }
}

extension RegistryEntry {
  /// By a role.
  fileprivate var given: [Grant] { if case .role(let role) = self { role.grants } else { [] } }

  fileprivate var sorted: RegistryEntry {
    switch self {
    case .scopeSet(var set):
      set.methods = Array(Set(set.methods)).sorted()
      return .scopeSet(set)
    case .role(var role):
      role.grants = role.grants.map(\.sorted)
      return .role(role)
    case .project, .environment, .method: return self
    }
  }
}

extension Grant {
  var sorted: Grant {
    var grant = self
    grant.scopes = scopes?.sorted
    grant.permissions = Array(Set(permissions)).sorted { $0.rawValue < $1.rawValue }
    return grant
  }
}

extension TokenRecord {
  /// Whether the token is for the project or environment alone.
  fileprivate func isFor(_ key: RegistryKey) -> Bool {
    switch key {
    case .project(let project): projects == .one(project)
    case .environment(let environment): self.environment == environment
    case .method, .scopeSet, .role: false
    }
  }
}
