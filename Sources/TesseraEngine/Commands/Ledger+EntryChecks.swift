import TesseraModel

/// What is asked of an entry of the registry, whoever writes it. Each refusal names its field.
extension Ledger {
  /// What can be said without looking anything else up.
  func checkShape(
    _ entry: RegistryEntry, replacing old: RegistryEntry? = nil
  ) throws(Refusal) {
    guard entry.description.utf8.count <= Limits.descriptionBytes else {
      throw .invalid(
        "entry.description", "a description has at most \(Limits.descriptionBytes) bytes")
    }
    switch entry {
    case .project(let project):
      guard !ProjectID.reserved.contains(project.id.text) else {
        throw .invalid(
          "entry.key", "no project is called '\(project.id)', with which other tokens begin")
      }
    case .method(let method): try checkLink(method.link)
    case .scopeSet(let set):
      guard set.methods.count <= Limits.methodsPerSet else {
        throw .invalid("entry.methods", "a set has at most \(Limits.methodsPerSet) methods")
      }
    case .role(let role):
      try checkShape(role.grants, replacing: old?.grants ?? [], "entry.grants")
    case .environment: return
    }
  }

  private func checkLink(_ link: String) throws(Refusal) {
    guard link.utf8.count <= Limits.linkBytes else {
      throw .invalid("entry.link", "a link has at most \(Limits.linkBytes) bytes")
    }
    // Tools show it for people to follow.
    guard link.isEmpty || link.hasPrefix("https://") || link.hasPrefix("http://"),
      link.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f })
    else { throw .invalid("entry.link", "a link begins with https:// and holds no spaces") }
  }

  /// That everything the entry names exists.
  func checkNames(_ entry: RegistryEntry) throws(Refusal) {
    switch entry {
    case .project, .environment, .method: return
    case .scopeSet(let set):
      for method in set.methods where registry[.method(method)] == nil {
        throw .invalid("entry.methods", "there is no method \(method)")
      }
    case .role(let role): try checkNames(role.grants, "entry.grants")
    }
  }

  /// That the caller may give what a role gives, or what a set gives that it did not before:
  /// whoever names the set opens it wherever they are, the caller perhaps among them.
  func checkGivable(
    _ entry: RegistryEntry, replacing old: RegistryEntry? = nil, _ rights: CallerRights,
    _ field: String
  ) throws(Refusal) {
    switch entry {
    case .project, .environment, .method: return
    case .role(let role):
      guard mayGive(role, rights) else { throw .givesTooMuch(field) }
    case .scopeSet(let set):
      guard rights.user != nil else { return }
      var before: Set<MethodName> = []
      if case .scopeSet(let old) = old { before = Set(old.methods) }
      let added = set.methods.filter { !before.contains($0) }
      let given = Grant(.allProjects, scopes: .some(sets: [], methods: added), hidesTokens: true)
      guard added.isEmpty || mayGive(given, rights) else { throw .givesTooMuch("entry.methods") }
    }
  }

  func checkRoom(for key: RegistryKey) throws(Refusal) {
    let limit =
      switch key.type {
      case .project: Limits.projects
      case .environment: Limits.environments
      case .method: Limits.methods
      case .scopeSet: Limits.scopeSets
      case .role: Limits.roles
      }
    guard registry.count(key.type) < limit else {
      throw Refusal(
        .resourceExhausted,
        "there are \(limit) of these, which is the most; remove some that are not in use",
        field: "entry.key")
    }
    guard registry.hasNumber(for: key) else {
      throw Refusal(
        .resourceExhausted,
        "more of these came and went than can be told apart; restart the authority",
        field: "entry.key")
    }
  }

  func checkVersion(
    _ asked: UInt32?, of what: String, at version: UInt32
  ) throws(Refusal) {
    guard let asked, asked != version else { return }
    throw Refusal(
      .aborted,
      "the \(what) is at version \(version), not \(asked): it was changed meanwhile; "
        + "look at it again, then ask for the change at that version", field: "if_version")
  }
}

extension RegistryEntry {
  /// A role's.
  var grants: [Grant] { if case .role(let role) = self { role.grants } else { [] } }

  /// Lists sorted and without repetition, so that equal ones are equal. Grants stay in their order.
  var normalised: RegistryEntry {
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
