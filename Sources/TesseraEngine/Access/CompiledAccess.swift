import TesseraModel

/// What makes two tokens open the same things; tokens that agree in it share one `CompiledAccess`.
struct AccessKey: Hashable, Sendable {
  var kind: TokenKind
  var owner: UserID?
  var projects: ProjectSelection?
  var scopes: ScopeSelection
  var permissions: [PermissionGrant]

  init(_ record: TokenRecord) {
    kind = record.kind
    owner = record.owner
    projects = record.projects
    scopes = record.scopes
    permissions = record.permissions
  }

  init(
    kind: TokenKind, owner: UserID? = nil, projects: ProjectSelection? = nil,
    scopes: ScopeSelection = .kindDefault, permissions: [PermissionGrant] = []
  ) {
    self.kind = kind
    self.owner = owner
    self.projects = projects
    self.scopes = scopes
    self.permissions = permissions
  }
}

/// An `AccessKey` in numbers, so that a question about it is a comparison or a bit. Immutable.
final class CompiledAccess: Sendable {
  let key: AccessKey
  let projects: CompiledProjects
  let methods: CompiledMethods
  let grants: [CompiledGrant]

  init(_ key: AccessKey, directory: Directory) {
    self.key = key
    projects = CompiledProjects(key, directory: directory)
    methods = CompiledMethods(key, directory: directory)
    grants = key.permissions.map { CompiledGrant($0, directory: directory) }
  }
}

/// Which projects a token opens.
enum CompiledProjects: Sendable {
  /// Its kind does not ask: ADMIN and PERSONAL open every project, the latter as far as their owner.
  case all
  case one(ProjectNumber)
  /// Sorted; an empty one opens nothing.
  case list([ProjectNumber])

  init(_ key: AccessKey, directory: Directory) {
    switch key.projects {
    case .one(let project): self = .one(directory.projects[project] ?? .unknown)
    case .list(let projects): self = .list(projects.compactMap { directory.projects[$0] }.sorted())
    case .all: self = .all
    case nil: self = key.kind == .service ? .list([]) : .all
    }
  }

  func contains(_ project: ProjectNumber) -> Bool {
    if project == .unknown { return false }
    return switch self {
    case .all: true
    case .one(let own): own == project
    case .list(let own): own.contains(project)
    }
  }
}

/// Which methods of the product's API a token opens: all, or a bit for each.
enum CompiledMethods: Sendable {
  case all
  case some([UInt64])

  init(_ key: AccessKey, directory: Directory) {
    let numbers: [ProductMethodNumber]
    switch (key.scopes, key.kind) {
    case (.kindDefault, .client), (.kindDefault, .frontend):
      numbers = directory.builtInSets[key.kind] ?? []
    case (_, .service): numbers = []
    case (.kindDefault, _), (.all, _):
      self = .all
      return
    case (.some(let sets, let methods), _):
      numbers =
        sets.flatMap { directory.sets[$0] ?? [] } + methods.compactMap { directory.methods[$0] }
    }
    var words = [UInt64](repeating: 0, count: Int(numbers.map(\.rawValue).max() ?? 0) / 64 + 1)
    for number in numbers { words[Int(number.rawValue) / 64] |= 1 << UInt64(number.rawValue % 64) }
    self = .some(words)
  }

  func contains(_ method: ProductMethodNumber) -> Bool {
    if method == .unknown { return false }
    switch self {
    case .all: return true
    case .some(let words):
      let index = Int(method.rawValue / 64)
      return index < words.count && words[index] & 1 &<< UInt64(method.rawValue % 64) != 0
    }
  }
}

/// One permission of the RPC port, and its limits in numbers.
struct CompiledGrant: Sendable {
  let permission: Permission
  let kinds: KindSet
  /// nil is no limit; sorted.
  let projects: [ProjectNumber]?
  let environments: [EnvironmentNumber]?

  init(_ grant: PermissionGrant, directory: Directory) {
    permission = grant.permission
    kinds = grant.kinds ?? .all
    projects = grant.projects?.compactMap { directory.projects[$0] }.sorted()
    environments = grant.environments?.compactMap { directory.environments[$0] }
  }

  var isUnlimited: Bool { kinds == .all && projects == nil && environments == nil }

  /// Whether a token of this kind, in these projects and this environment, is within the limits: a
  /// token for several projects is when one of them is.
  func covers(
    kind: TokenKind, projects tokenProjects: CompiledProjects, environment: EnvironmentNumber
  ) -> Bool {
    guard kinds.contains(kind) else { return false }
    if let environments, !environments.contains(environment) { return false }
    guard let projects else { return true }
    guard kind.isBoundToEnvironment else { return false }
    return switch tokenProjects {
    case .all: !projects.isEmpty
    case .one(let project): projects.contains(project)
    case .list(let list): list.contains { projects.contains($0) }
    }
  }
}
