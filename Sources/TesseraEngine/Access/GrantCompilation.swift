import TesseraModel

/// Grants, gathered by the places they are for, and then in numbers. Places whose grants select the
/// same methods share them.
struct GrantCompilation {
  /// What the grants for one place say together.
  struct Gathered {
    var scopes: Set<ScopeSelection> = []
    var createsTokens = false
    var hidesTokens = false
  }

  private(set) var permissions = PermissionSet()
  private(set) var projects: [ProjectNumber: Gathered] = [:]
  private(set) var everywhere: Gathered?
  private var global = Gathered()

  private(set) var methods: [ProductMethodNumber] = []
  private var parts: [Set<ScopeSelection>: UserRights.Part] = [:]

  mutating func add(_ grants: [Grant], _ registry: inout Registry) {
    for grant in grants {
      switch grant.place {
      case .project(let project):
        GrantCompilation.add(
          grant, to: &projects[registry.number(naming: project), default: Gathered()])
      case .allProjects:
        var gathered = everywhere ?? Gathered()
        GrantCompilation.add(grant, to: &gathered)
        everywhere = gathered
      case .global:
        GrantCompilation.add(grant, to: &global)
        for permission in grant.permissions where permission.isForUsers {
          permissions.formUnion(PermissionSet(permission))
        }
      }
    }
  }

  private static func add(_ grant: Grant, to gathered: inout Gathered) {
    if let scopes = grant.scopes { gathered.scopes.insert(scopes) }
    if grant.createsTokens { gathered.createsTokens = true }
    if grant.hidesTokens { gathered.hidesTokens = true }
  }

  mutating func place(
    _ project: ProjectNumber, _ gathered: Gathered, _ registry: inout Registry
  ) -> UserRights.Place {
    UserRights.Place(
      project: project, part: part(gathered.scopes, &registry),
      createsTokens: gathered.createsTokens, hidesTokens: gathered.hidesTokens)
  }

  /// What any of the grants opens.
  mutating func anywhere(_ registry: inout Registry) -> UserRights.Part {
    var scopes = global.scopes.union(everywhere?.scopes ?? [])
    for gathered in projects.values { scopes.formUnion(gathered.scopes) }
    return part(scopes, &registry)
  }

  private mutating func part(
    _ scopes: Set<ScopeSelection>, _ registry: inout Registry
  ) -> UserRights.Part {
    if scopes.isEmpty { return UserRights.Part() }
    if let part = parts[scopes] { return part }
    let part = compile(scopes, &registry)
    parts[scopes] = part
    return part
  }

  private mutating func compile(
    _ scopes: Set<ScopeSelection>, _ registry: inout Registry
  ) -> UserRights.Part {
    var numbers: Set<ProductMethodNumber> = []
    for selection in scopes {
      guard let selected = registry.methods(selection, of: nil) else {
        return UserRights.Part(isAll: true)
      }
      numbers.formUnion(selected)
    }
    let start = UInt32(methods.count)
    methods += numbers.sorted()
    return UserRights.Part(start: start, end: UInt32(methods.count))
  }
}
