import TesseraModel

extension Ledger {
  /// Looks at up to `examining` entries of a type after `name`, and takes those that have the text
  /// in their name or description and that the caller may see, `limit` at most.
  func entries(
    _ type: RegistryType, after name: String?, examining: Int, limit: Int, text: String,
    for rights: CallerRights
  ) -> Slice<RegistryEntry, String> {
    var slice = Slice<RegistryEntry, String>(after: name)
    let text = text.lowercased()
    let found = registry.entries(type, after: name, limit: examining)
    for entry in found {
      if slice.elements.count == limit { return slice }
      slice.last = entry.key.text
      let matches =
        text.isEmpty || entry.key.text.lowercased().contains(text)
        || entry.description.lowercased().contains(text)
      if matches, mayRead(entry, rights) { slice.elements.append(entry) }
    }
    slice.isAtEnd = found.count < examining
    return slice
  }

  /// A role is seen by who would see a user with its grants. The rest is seen with `registry.read`;
  /// if that is limited, of projects and environments those within the limits. Users without it see
  /// all but the projects that they are not members of. Methods and scope sets belong to no
  /// project, and are seen by all who may ask.
  func mayRead(_ entry: RegistryEntry, _ rights: CallerRights) -> Bool {
    if case .role(let role) = entry {
      if rights.hasUnlimited(.usersRead) { return true }
      return rights.access.grants.all.contains {
        $0.permission == .usersRead && isWithin(role.grants, rights, $0)
      }
    }
    if rights.hasUnlimited(.registryRead) { return true }
    if let holder = rights.holder {
      guard case .project(let project) = entry else { return true }
      return holder.opens(registry.number(of: project.id))
    }
    let grants = rights.access.grants
    return grants.all.contains { grant in
      guard grant.permission == .registryRead else { return false }
      switch entry {
      case .project(let project):
        return grants.allows(registry.number(of: project.id), grant)
      case .environment(let environment):
        return grants.allows(registry.number(of: environment.id), grant)
      case .method, .scopeSet, .role: return true
      }
    }
  }
}

extension Engine {
  /// The next of the entries that a list shows. The lock is held for `examining` entries at most,
  /// so a long list is many slices.
  public func entries(
    _ type: RegistryType, after name: String?, examining: Int, limit: Int, text: String,
    for rights: CallerRights
  ) -> Slice<RegistryEntry, String> {
    ledger.withLock {
      $0.entries(
        type, after: name, examining: examining, limit: limit, text: text, for: rights)
    }
  }

  /// An entry of the registry as the caller may see it; nil where there is none, or it may not.
  public func entry(_ key: RegistryKey, for rights: CallerRights) -> RegistryEntry? {
    ledger.withLock { ledger in
      guard let entry = ledger.registry[key], ledger.mayRead(entry, rights) else { return nil }
      return entry
    }
  }
}

extension Refusal {
  public static func noEntry(_ key: RegistryKey, field: String) -> Refusal {
    Refusal(
      .notFound, "there is no \(key.type.words) '\(key.text)', or it is not shown to you",
      field: field)
  }
}

extension RegistryType {
  /// As people call it.
  var words: String {
    switch self {
    case .project: "project"
    case .environment: "environment"
    case .method: "method"
    case .scopeSet: "scope set"
    case .role: "role"
    }
  }
}
