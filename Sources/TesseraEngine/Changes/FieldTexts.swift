import TesseraModel

/// The fields of a record as text, whole. Empty is what says nothing.
struct FieldTexts {
  struct Field: Equatable {
    let name: String
    let text: String
    /// What the field is where nobody said anything.
    var unsaid = ""
  }

  let fields: [Field]

  init(fields: [Field]) { self.fields = fields }

  private init(_ fields: [(String, String)], flags: [(String, Bool)] = []) {
    self.fields =
      fields.map { Field(name: $0.0, text: $0.1) }
      + flags.map { Field(name: $0.0, text: $0.1 ? "true" : "false", unsaid: "false") }
  }

  init(_ record: TokenRecord) {
    self.init([
      ("kind", record.kind.name),
      ("name", record.name),
      ("description", record.description),
      ("owner", record.owner?.text ?? ""),
      ("projects", record.projects?.text ?? ""),
      ("environment", record.environment?.text ?? ""),
      ("scopes", record.kind == .admin || record.kind == .service ? "" : record.scopes.text),
      ("permissions", record.permissions.map(\.text).joined(separator: ", ")),
      ("expires_at", record.expiresAt?.text ?? "never"),
    ])
  }

  init(_ entry: RegistryEntry) {
    switch entry {
    case .project(let project): self.init([("description", project.description)])
    case .environment(let environment): self.init([("description", environment.description)])
    case .method(let method):
      self.init([("description", method.description), ("link", method.link)])
    case .scopeSet(let set):
      self.init([
        ("description", set.description),
        ("methods", set.methods.map(\.text).joined(separator: ", ")),
      ])
    case .role(let role):
      self.init([
        ("description", role.description),
        ("grants", role.grants.map(\.text).joined(separator: ", ")),
      ])
    }
  }

  init(_ user: UserRecord) {
    self.init(
      [
        ("name", user.name),
        ("grants", user.grants.map(\.text).joined(separator: ", ")),
        ("roles", user.roles.map(\.text).joined(separator: ", ")),
      ], flags: [("admin", user.isAdmin), ("disabled", user.isDisabled)])
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
}

extension ScopeSelection {
  /// `default`, `*` for all, or the names of sets and methods.
  fileprivate var text: String {
    switch self {
    case .kindDefault: "default"
    case .all: "*"
    case .some(let sets, let methods):
      bracketed(sets.map(\.text) + methods.map(\.text))
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
