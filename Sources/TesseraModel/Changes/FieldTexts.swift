/// The fields of a record as text, whole. Empty is what says nothing.
package struct FieldTexts {
  struct Field: Equatable {
    let name: String
    let text: String
    /// What a list holds, so that of a long one can be told what it gained and lost.
    let elements: [String]?
    /// What the field is where nobody said anything.
    let unsaid: String

    init(_ name: String, _ text: String, elements: [String]? = nil, unsaid: String = "") {
      self.name = name
      self.text = text
      self.elements = elements
      self.unsaid = unsaid
    }

    init(_ name: String, list elements: [String]) {
      self.init(name, elements.joined(separator: ", "), elements: elements)
    }

    init(_ name: String, flag: Bool) {
      self.init(name, flag ? "true" : "false", unsaid: "false")
    }
  }

  let fields: [Field]

  init(_ fields: [Field]) { self.fields = fields }

  /// A token's.
  package init(
    kind: TokenKind, name: String, description: String, owner: UserID?,
    projects: ProjectSelection?, environment: EnvironmentID?, scopes: ScopeSelection,
    permissions: [PermissionGrant], expiresAt: Timestamp?
  ) {
    let hasScopes = kind != .admin && kind != .service
    self.init([
      Field("kind", kind.name),
      Field("name", name),
      Field("description", description),
      Field("owner", owner?.text ?? ""),
      Field("projects", projects?.text ?? "", elements: projects?.elements),
      Field("environment", environment?.text ?? ""),
      Field("scopes", hasScopes ? scopes.text : "", elements: scopes.elements),
      Field("permissions", list: permissions.map(\.text)),
      Field("expires_at", expiresAt?.text ?? "never"),
    ])
  }

  init(_ record: TokenRecord) {
    self.init(
      kind: record.kind, name: record.name, description: record.description, owner: record.owner,
      projects: record.projects, environment: record.environment, scopes: record.scopes,
      permissions: record.permissions, expiresAt: record.expiresAt)
  }

  init(_ entry: RegistryEntry) {
    switch entry {
    case .project(let project): self.init([Field("description", project.description)])
    case .environment(let environment):
      self.init([Field("description", environment.description)])
    case .method(let method):
      self.init([Field("description", method.description), Field("link", method.link)])
    case .scopeSet(let set):
      self.init([
        Field("description", set.description),
        Field("methods", list: set.methods.map(\.text)),
      ])
    case .role(let role):
      self.init([
        Field("description", role.description),
        Field("grants", list: role.grants.map(\.text)),
      ])
    }
  }

  /// A user's.
  package init(
    name: String, grants: [Grant], roles: [RoleName], isAdmin: Bool, isDisabled: Bool
  ) {
    self.init([
      Field("name", name),
      Field("grants", list: grants.map(\.text)),
      Field("roles", list: roles.map(\.text)),
      Field("admin", flag: isAdmin), Field("disabled", flag: isDisabled),
    ])
  }

  init(_ user: UserRecord) {
    self.init(
      name: user.name, grants: user.grants, roles: user.roles, isAdmin: user.isAdmin,
      isDisabled: user.isDisabled)
  }
}

private func bracketed(_ names: [String]) -> String { "[\(names.joined(separator: ", "))]" }

extension ProjectSelection {
  /// `alpha`, `[alpha, beta]`, or `*` for all.
  fileprivate var text: String {
    switch self {
    case .one(let project): project.text
    case .list(let projects): bracketed(projects.map(\.text))
    case .all: "*"
    }
  }

  fileprivate var elements: [String]? {
    if case .list(let projects) = self { projects.map(\.text) } else { nil }
  }
}

extension ScopeSelection {
  /// `default`, `*` for all, or the names of sets and methods.
  fileprivate var text: String {
    switch self {
    case .kindDefault: "default"
    case .all: "*"
    case .some: bracketed(elements ?? [])
    }
  }

  fileprivate var elements: [String]? {
    if case .some(let sets, let methods) = self {
      sets.map(\.text) + methods.map(\.text)
    } else {
      nil
    }
  }
}

extension PermissionGrant {
  /// `tokens.issue`, with its limits after it where it has any.
  fileprivate var text: String {
    var limits: [String] = []
    if let kinds { limits.append("kinds \(bracketed(kinds.kinds.map(\.name)))") }
    if let projects { limits.append("projects \(bracketed(projects.map(\.text)))") }
    if let environments { limits.append("environments \(bracketed(environments.map(\.text)))") }
    return limits.isEmpty
      ? permission.name : "\(permission.name) (\(limits.joined(separator: ", ")))"
  }
}

extension Grant {
  /// Where, and then what.
  fileprivate var text: String {
    let place =
      switch place {
      case .project(let project): project.text
      case .allProjects: "*"
      case .global: "global"
      }
    var parts: [String] = []
    if let scopes { parts.append("scopes \(scopes.text)") }
    if createsTokens { parts.append("create_project_api_token") }
    if hidesTokens { parts.append("no_read_project_api_token") }
    parts += permissions.map(\.name)
    return parts.isEmpty ? place : "\(place) (\(parts.joined(separator: ", ")))"
  }
}
