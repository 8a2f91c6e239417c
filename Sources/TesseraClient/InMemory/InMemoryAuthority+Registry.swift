import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func createEntry(_ entry: RegistryEntry) throws(TesseraError) -> ChangedEntry {
    var entry = entry.normalised
    entry.version = 1
    try checkShape(entry)
    try checkNames(entry)
    guard registry[entry.key] == nil else {
      throw .refused(
        Refusal(
          .alreadyExists, "there is such an entry '\(entry.key.text)' already", field: "entry.key"))
    }
    registry[entry.key] = entry
    note(.entryCreated, FieldChange.between(nil, entry), entry: entry.key)
    return ChangedEntry(entry: entry, revision: revision)
  }

  public func updateEntry(
    _ entry: RegistryEntry, ifVersion: UInt32?
  ) throws(TesseraError) -> ChangedEntry {
    guard let old = registry[entry.key] else { throw .noEntry(entry.key, "entry.key") }
    var new = entry.normalised
    new.version = old.version
    try checkShape(new, replacing: old)
    try checkNames(new)
    guard new != old else { return ChangedEntry(entry: old, revision: revision) }
    if let asked = ifVersion, asked != old.version { throw .stale(asked, at: old.version) }
    new.version += 1
    registry[new.key] = new
    note(.entryUpdated, FieldChange.between(old, new), entry: new.key)
    return ChangedEntry(entry: new, revision: revision)
  }

  public func deleteEntry(_ key: RegistryKey) throws(TesseraError) -> Deletion {
    guard registry[key] != nil else { throw .noEntry(key, "key") }
    if case .scopeSet(let name) = key, name.isBuiltIn {
      throw .precondition("key", "the set \(name) can be changed, not removed")
    }
    let words = key.type == .scopeSet ? "scope set" : key.type.noun
    let revoked = revoke(because: "the \(words) was removed") { $0.isForOnly(key) }
    // Nothing that is named anew brings anything back.
    registry[key] = nil
    for index in held.indices { held[index].token.drop(key) }
    for other in Array(registry.keys) { registry[other]?.drop(key) }
    for id in Array(users.keys) { users[id]?.drop(key) }
    note(.entryRemoved, FieldChange.revoked(revoked.count), entry: key)
    return Deletion(revokedTokens: revoked.count, revision: revision)
  }

  public func entry(_ key: RegistryKey) throws(TesseraError) -> RegistryEntry {
    guard let entry = registry[key] else { throw .noEntry(key, "key") }
    return entry
  }

  public func listEntries(
    _ request: ListEntriesRequest
  ) throws(TesseraError) -> Page<RegistryEntry> {
    guard let type = request.type else {
      throw .invalid("type", "say which type of entries")
    }
    let matches = registry.values
      .filter { $0.key.type == type && [$0.key.text, $0.description].hold(request.text) }
      .map { (place: $0.key.text, element: $0) }.sorted { $0.place < $1.place }
    return try request.page(of: matches, revision: revision, write: \.self, read: { $0 })
  }

  /// Revokes what is not revoked yet, as a part of another change, and tells of that.
  ///
  /// - Returns: which.
  func revoke(because reason: String, where isMeant: (Token) -> Bool) -> [TokenID?] {
    let meant = held.indices.filter {
      held[$0].token.revocation == nil && isMeant(held[$0].token)
    }
    for index in meant {
      held[index].token.revocation = TokenRevocation(
        Revocation(at: now, by: InMemoryAuthority.caller, reason: reason))
      held[index].token.version += 1
    }
    let revoked = meant.map { held[$0].token.id }
    if !revoked.isEmpty { note(.tokenRevoked, FieldChange.reason(reason), tokens: revoked) }
    return revoked
  }
}

extension InMemoryAuthority {
  private func checkShape(
    _ entry: RegistryEntry, replacing old: RegistryEntry? = nil
  ) throws(TesseraError) {
    guard entry.description.utf8.count <= Limits.descriptionBytes else {
      throw .invalid(
        "entry.description", "a description has at most \(Limits.descriptionBytes) bytes")
    }
    switch entry {
    case .environment: return
    case .project(let project):
      guard !ProjectID.reserved.contains(project.id.text) else {
        throw .invalid("entry.key", "no project is called '\(project.id)'")
      }
    case .method(let method):
      guard method.link.utf8.count <= Limits.linkBytes else {
        throw .invalid("entry.link", "a link has at most \(Limits.linkBytes) bytes")
      }
      guard
        method.link.isEmpty || method.link.hasPrefix("https://")
          || method.link.hasPrefix("http://"),
        method.link.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
      else { throw .invalid("entry.link", "a link begins with https:// and holds no spaces") }
    case .scopeSet(let set):
      guard set.methods.count <= Limits.methodsPerSet else {
        throw .invalid("entry.methods", "a set has at most \(Limits.methodsPerSet) methods")
      }
    case .role(let role):
      var before: [Grant] = []
      if case .role(let old) = old { before = old.grants }
      try checkShape(role.grants, replacing: before, "entry.grants")
    }
  }

  private func checkNames(_ entry: RegistryEntry) throws(TesseraError) {
    switch entry {
    case .project, .environment, .method: return
    case .scopeSet(let set):
      for method in set.methods where registry[.method(method)] == nil {
        throw .invalid("entry.methods", "there is no method \(method)")
      }
    case .role(let role): try checkNames(role.grants, "entry.grants")
    }
  }
}

extension RegistryEntry {
  /// Lists sorted and without repetition, so that equal ones are equal. Grants stay in their order.
  fileprivate var normalised: RegistryEntry {
    switch self {
    case .project, .environment, .method: return self
    case .scopeSet(var set):
      set.methods = Set(set.methods).sorted()
      return .scopeSet(set)
    case .role(var role):
      role.grants = role.grants.map(\.normalised)
      return .role(role)
    }
  }
}

extension TesseraError {
  fileprivate static func noEntry(_ key: RegistryKey, _ field: String) -> TesseraError {
    .refused(Refusal(.notFound, "there is no \(key.type.noun) '\(key.text)'", field: field))
  }
}
