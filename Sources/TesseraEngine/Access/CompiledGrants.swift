import TesseraModel

/// One permission of the RPC port, and where its limits stand among those of all the grants.
///
/// A trivial type: to look at one counts no reference, which Validate must not.
struct CompiledGrant: Sendable {
  let permission: Permission
  let kinds: KindSet
  /// nil is no limit.
  let projects: Part?
  let environments: Part?

  /// Neighbours in an array.
  struct Part: Sendable {
    let start: Int
    let end: Int
  }

  var isUnlimited: Bool { kinds == .all && projects == nil && environments == nil }
}

/// Permissions of the RPC port, with their limits in numbers.
struct CompiledGrants: Sendable {
  private(set) var all: [CompiledGrant] = []
  private var projects: [ProjectNumber] = []
  private var environments: [EnvironmentNumber] = []

  init(_ permissions: [PermissionGrant], registry: inout Registry) {
    func append<Name, Number>(
      _ names: [Name]?, to numbers: inout [Number], _ number: (Name) -> Number
    ) -> CompiledGrant.Part? {
      guard let names else { return nil }
      let start = numbers.count
      numbers += names.map(number)
      return CompiledGrant.Part(start: start, end: numbers.count)
    }
    for grant in permissions {
      all.append(
        CompiledGrant(
          permission: grant.permission, kinds: grant.kinds ?? .all,
          projects: append(grant.projects, to: &projects) { registry.number(naming: $0) },
          environments: append(grant.environments, to: &environments) {
            registry.number(naming: $0)
          }))
    }
  }

  /// The projects that the grants of a permission are limited to; nil where one of them is not
  /// limited to any.
  func projects(of permission: Permission) -> Set<ProjectNumber>? {
    var named: Set<ProjectNumber> = []
    for grant in all where grant.permission == permission {
      guard let part = grant.projects else { return nil }
      named.formUnion(projects[part.start..<part.end])
    }
    return named
  }

  func allows(_ project: ProjectNumber, _ grant: CompiledGrant) -> Bool {
    guard let part = grant.projects else { return true }
    if project == .unknown { return false }
    for index in part.start..<part.end where projects[index] == project { return true }
    return false
  }

  func allows(_ environment: EnvironmentNumber, _ grant: CompiledGrant) -> Bool {
    guard let part = grant.environments else { return true }
    if environment == .unknown { return false }
    for index in part.start..<part.end where environments[index] == environment { return true }
    return false
  }

  /// Whether a token of this kind, in these projects and this environment, is within the limits: a
  /// token for several projects is when one of them is.
  func covers(
    _ kind: TokenKind, _ tokenProjects: borrowing CompiledProjects,
    _ environment: EnvironmentNumber,
    _ grant: CompiledGrant
  ) -> Bool {
    guard grant.kinds.contains(kind), allows(environment, grant) else { return false }
    guard let part = grant.projects else { return true }
    guard kind.isBoundToEnvironment else { return false }
    if tokenProjects.extent == .all { return part.start < part.end }
    for index in 0..<tokenProjects.list.count
    where allows(tokenProjects.list[index], grant) { return true }
    return false
  }

  /// Whether all that such a token opens is within the limits.
  func encloses(
    _ kind: TokenKind, _ tokenProjects: borrowing CompiledProjects,
    _ environment: EnvironmentNumber,
    _ grant: CompiledGrant
  ) -> Bool {
    guard covers(kind, tokenProjects, environment, grant) else { return false }
    guard grant.projects != nil else { return true }
    if tokenProjects.extent == .all { return false }
    for index in 0..<tokenProjects.list.count
    where !allows(tokenProjects.list[index], grant) { return false }
    return true
  }
}
