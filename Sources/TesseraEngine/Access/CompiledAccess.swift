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
  let grants: CompiledGrants
  /// What its holder may validate: decided here once, since every burst of requests asks.
  let validation: ValidationRights.Extent

  init(_ key: AccessKey, directory: Directory) {
    self.key = key
    projects = CompiledProjects(key, directory: directory)
    methods = CompiledMethods(key, directory: directory)
    grants = CompiledGrants(key.permissions, directory: directory)
    let toValidate = grants.all.filter { $0.permission == .tokensValidate }
    validation =
      if key.kind == .admin || toValidate.contains(where: \.isUnlimited) {
        .unlimited
      } else if toValidate.isEmpty {
        .none
      } else {
        .limited
      }
  }
}

/// Which projects a token opens.
enum CompiledProjects: Sendable {
  /// Its kind does not ask: ADMIN and PERSONAL open every project, the latter as far as their owner.
  case all
  case one(ProjectNumber)
  /// An empty one opens nothing. May hold `unknown`, which opens nothing either.
  case list([ProjectNumber])

  init(_ key: AccessKey, directory: Directory) {
    switch key.projects {
    case .one(let project): self = .one(directory.projects[project] ?? .unknown)
    case .list(let projects):
      self = .list(projects.map { directory.projects[$0] ?? .unknown }.sorted())
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
