import TesseraModel

@testable import TesseraEngine

/// Who sees which users and entries.
extension PlainAuthority {
  func users(_ filter: UserFilter, for powers: Powers) -> [StoredUser] {
    users.values.sorted { $0.id < $1.id }
      .filter { meets(filter, $0) && isShown($0, to: powers) }
      .map { StoredUser(record: $0, tokens: tokenCount(of: $0.id)) }
  }

  private func meets(_ filter: UserFilter, _ user: UserRecord) -> Bool {
    let text = filter.text.lowercased()
    let places = Set(grants(of: user).map(\.place))
    return filter.role.map { user.roles.contains($0) } ?? true
      && filter.project.map { places.contains(.project($0)) || places.contains(.allProjects) }
        ?? true
      && (text.isEmpty || user.id.text.lowercased().contains(text)
        || user.name.lowercased().contains(text))
  }

  func entries(_ type: RegistryType, _ text: String, for powers: Powers) -> [RegistryEntry] {
    let text = text.lowercased()
    return entries.values.filter { entry in
      entry.key.type == type && isShown(entry, to: powers)
        && (text.isEmpty || entry.key.text.lowercased().contains(text)
          || entry.words.lowercased().contains(text))
    }.sorted { $0.key.text < $1.key.text }
  }

  /// Oneself, and with the permission everyone, or those whose every grant is within its limits.
  func isShown(_ user: UserRecord, to powers: Powers) -> Bool {
    if holds(powers, .usersRead) || powers.user == user.id { return true }
    return !user.isAdmin && areShown(user, to: powers)
  }

  func isShown(_ entry: RegistryEntry, to powers: Powers) -> Bool {
    if case .role(let role) = entry {
      return holds(powers, .usersRead) || areShown(role.grants, to: powers)
    }
    if holds(powers, .registryRead) { return true }
    if let user = powers.user {
      // What users may use is no secret to them, but for projects they are no members of.
      if case .project(let project) = entry { return isMember(user, of: project.id) }
      return true
    }
    return powers.grants.contains { grant in
      guard grant.permission == .registryRead else { return false }
      return switch entry {
      case .project(let project): grant.projects?.contains(project.id) ?? true
      case .environment(let environment): grant.environments?.contains(environment.id) ?? true
      case .method, .scopeSet, .role: true
      }
    }
  }

  private func areShown(_ grants: [Grant], to powers: Powers) -> Bool {
    powers.grants.contains { $0.permission == .usersRead && $0.holds(grants) }
  }

  /// Their own grants and those of each role are of one grant's projects.
  private func areShown(_ user: UserRecord, to powers: Powers) -> Bool {
    let roles = user.roles.map { name in
      if case .role(let role) = entries[.role(name)] { role.grants } else { [] as [Grant] }
    }
    return powers.grants.contains { held in
      held.permission == .usersRead
        && (held.holds(user.grants) || (user.grants.isEmpty && !roles.isEmpty))
        && roles.allSatisfy { held.holds($0) }
    }
  }
}

extension PermissionGrant {
  /// Whether the grants are of its projects; none are of no project, and to a kind or an
  /// environment nobody belongs.
  fileprivate func holds(_ grants: [Grant]) -> Bool {
    guard kinds ?? .all == .all, environments == nil else { return false }
    guard let projects else { return true }
    return !grants.isEmpty
      && grants.allSatisfy { grant in
        if case .project(let project) = grant.place { projects.contains(project) } else { false }
      }
  }
}

extension RegistryEntry {
  fileprivate var words: String {
    switch self {
    case .project(let project): project.description
    case .environment(let environment): environment.description
    case .method(let method): method.description
    case .scopeSet(let set): set.description
    case .role(let role): role.description
    }
  }
}
