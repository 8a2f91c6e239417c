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

/// An `AccessKey` in numbers, so that a question about it is a comparison or a short search.
/// Immutable: the ledger publishes another where what it was compiled from changes.
final class CompiledAccess: Sendable {
  let key: AccessKey
  let kind: TokenKind
  let projects: CompiledProjects
  let methods: CompiledMethods
  let grants: CompiledGrants
  /// What its holder may validate: decided here once, since every burst of requests asks.
  let validation: ValidationRights.Extent
  /// Whose rights it is held to: its owner's; `none` for the kinds that have none.
  let user: UserNumber

  init(_ key: AccessKey, user: UserNumber = .none, registry: inout Registry) {
    self.key = key
    kind = key.kind
    self.user = user
    projects = CompiledProjects(key.kind, key.projects) { registry.number(naming: $0) }
    methods = CompiledMethods(registry.methods(key.scopes, of: key.kind))
    grants = CompiledGrants(key.permissions, registry: &registry)
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

  /// Whether a PERSONAL token is narrower than its owner.
  var isScoped: Bool { if case .some = key.scopes { true } else { false } }
}

/// Which projects a token opens.
struct CompiledProjects: ~Copyable, Sendable {
  enum Extent: Sendable {
    /// Its kind does not ask: ADMIN and PERSONAL open every project, the latter as far as their
    /// owner.
    case all
    /// A list that is empty opens nothing. One that may hold `unknown` does not open that either.
    case list
  }

  let extent: Extent
  /// Sorted.
  let list: FrozenArray<ProjectNumber>

  /// - Parameter number: that of a name; `unknown` where it has none.
  init(
    _ kind: TokenKind, _ projects: ProjectSelection?, _ number: (ProjectID) -> ProjectNumber
  ) {
    switch projects {
    case .one(let project):
      extent = .list
      list = FrozenArray(CollectionOfOne(number(project)))
    case .list(let projects):
      extent = .list
      list = FrozenArray(projects.map(number).sorted())
    case .all, nil:
      extent = projects == nil && kind == .service ? .list : .all
      list = FrozenArray(EmptyCollection())
    }
  }

  @inline(__always)
  func contains(_ project: ProjectNumber) -> Bool {
    if project == .unknown { return false }
    return extent == .all || list.contains(project)
  }
}

/// Which methods of the product's API a token opens.
struct CompiledMethods: ~Copyable, Sendable {
  private let isAll: Bool
  /// Sorted.
  private let list: FrozenArray<ProductMethodNumber>

  /// - Parameter numbers: sorted; nil is all.
  init(_ numbers: [ProductMethodNumber]?) {
    isAll = numbers == nil
    list = FrozenArray(numbers ?? [])
  }

  @inline(__always)
  func contains(_ method: ProductMethodNumber) -> Bool {
    if method == .unknown { return false }
    return isAll || list.contains(method)
  }

  /// Whether all of them are among these; nil is every method.
  func contains(_ methods: [ProductMethodNumber]?) -> Bool {
    isAll || methods?.allSatisfy { list.contains($0) } == true
  }
}
