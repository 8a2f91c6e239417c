import TesseraModel

/// What a user holds, by grants and by roles, in numbers. Immutable: the ledger publishes another
/// where the user, a role or a set changes.
final class UserRights: Sendable {
  let id: UserID
  let number: UserNumber
  /// What was done before this moment concerns a former user of that id.
  let createdAt: Timestamp
  /// Counts the user's passwords; nil where they have none.
  let passwordVersion: UInt32?
  let isAdmin: Bool
  let isDisabled: Bool
  let permissions: PermissionSet

  /// What grants for all projects say, and what those for one project do: sorted by project.
  private let everywhere: Place?
  private let places: FrozenArray<Place>
  /// What any grant opens, those for no project among them.
  private let anywhere: Part
  private let methods: FrozenArray<ProductMethodNumber>

  /// Methods, as neighbours among all; `isAll` where they are every one.
  struct Part: BitwiseCopyable, Sendable {
    var isAll = false
    var start: UInt32 = 0
    var end: UInt32 = 0
  }

  /// What the grants for one place say together.
  struct Place: BitwiseCopyable, Sendable {
    var project = ProjectNumber.none
    var part = Part()
    var createsTokens = false
    var hidesTokens = false
  }

  init(
    _ record: UserRecord, number: UserNumber, passwordVersion: UInt32?, registry: inout Registry
  ) {
    id = record.id
    self.number = number
    createdAt = record.createdAt
    self.passwordVersion = passwordVersion
    isAdmin = record.isAdmin
    isDisabled = record.isDisabled
    var compiling = GrantCompilation()
    compiling.add(record.grants, &registry)
    for role in record.roles {
      if case .role(let role)? = registry[.role(role)] { compiling.add(role.grants, &registry) }
    }
    permissions = compiling.permissions
    everywhere = compiling.everywhere.map { compiling.place(.none, $0, &registry) }
    places = FrozenArray(
      compiling.projects.sorted { $0.key < $1.key }
        .map { compiling.place($0.key, $0.value, &registry) })
    anywhere = compiling.anywhere(&registry)
    methods = FrozenArray(compiling.methods)
  }

  @inline(__always)
  private func place(of project: ProjectNumber) -> Place? {
    let index = places.firstPlace(notBefore: project, from: 0, to: places.count) { $0.project }
    guard index < places.count else { return nil }
    let place = places[index]
    return place.project == project ? place : nil
  }

  @inline(__always)
  private func holds(_ part: Part, _ method: ProductMethodNumber) -> Bool {
    part.isAll || methods.contains(method, from: Int(part.start), to: Int(part.end))
  }

  /// Whether a grant is for the project, or for all.
  @inline(__always)
  func opens(_ project: ProjectNumber) -> Bool {
    if project == .unknown { return false }
    return isAdmin || everywhere != nil || place(of: project) != nil
  }

  /// Whether a grant for the project opens the method, or one for all; where no project is asked,
  /// any grant.
  @inline(__always)
  func opens(_ method: ProductMethodNumber, in project: ProjectNumber) -> Bool {
    if method == .unknown { return false }
    if isAdmin { return true }
    if project == .none { return holds(anywhere, method) }
    if let everywhere, holds(everywhere.part, method) { return true }
    guard let place = place(of: project) else { return false }
    return holds(place.part, method)
  }

  /// CREATE_PROJECT_API_TOKEN; of `none`, for all projects.
  func createsTokens(in project: ProjectNumber) -> Bool {
    if isAdmin || everywhere?.createsTokens == true { return true }
    return place(of: project)?.createsTokens ?? false
  }

  /// Whether there is a project in which they create tokens.
  var createsTokensSomewhere: Bool {
    if isAdmin || everywhere?.createsTokens == true { return true }
    for index in 0..<places.count where places[index].createsTokens { return true }
    return false
  }

  /// READ_PROJECT_API_TOKEN, which members have unless a grant for the project, or for all, hides
  /// the tokens there.
  func readsTokens(in project: ProjectNumber) -> Bool {
    if isAdmin { return true }
    if project == .unknown || everywhere?.hidesTokens == true { return false }
    guard let place = place(of: project) else { return everywhere != nil }
    return !place.hidesTokens
  }

  /// The projects whose tokens they read, by a grant for each; nil where they read those of all
  /// projects, or grants are for more than so many.
  func projectsWithTokens(atMost limit: Int) -> [ProjectNumber]? {
    if isAdmin { return nil }
    if let everywhere { return everywhere.hidesTokens ? [] : nil }
    guard places.count <= limit else { return nil }
    var projects: [ProjectNumber] = []
    for index in 0..<places.count where !places[index].hidesTokens {
      projects.append(places[index].project)
    }
    return projects
  }

  /// Whether there is a project whose tokens they read.
  var readsTokensSomewhere: Bool {
    if isAdmin { return true }
    if let everywhere { return !everywhere.hidesTokens }
    for index in 0..<places.count where !places[index].hidesTokens { return true }
    return false
  }
}

/// What a user may pass on.
extension UserRights {
  /// - Parameter methods: nil is all.
  func holds(_ methods: [ProductMethodNumber]?, in place: Reach) -> Bool {
    if isAdmin { return true }
    let parts: [Part?] =
      switch place {
      case .project(let project): [everywhere?.part, self.place(of: project)?.part]
      case .allProjects: [everywhere?.part]
      case .anywhere: [anywhere]
      }
    let held = parts.compactMap { $0 }
    if held.contains(where: \.isAll) { return true }
    guard let methods else { return false }
    return methods.allSatisfy { method in held.contains { holds($0, method) } }
  }

  /// Where methods are held. `anywhere` is what a question without a project asks.
  enum Reach {
    case project(ProjectNumber)
    case allProjects
    case anywhere
  }

  /// Whether a grant is for all projects.
  var opensAllProjects: Bool { isAdmin || everywhere != nil }

  /// READ_PROJECT_API_TOKEN in all projects, those of the future among them.
  var readsTokensEverywhere: Bool {
    if isAdmin { return true }
    guard let everywhere, !everywhere.hidesTokens else { return false }
    for index in 0..<places.count where places[index].hidesTokens { return false }
    return true
  }
}

/// Permissions of the RPC port that are limited to nothing.
struct PermissionSet: OptionSet, Sendable {
  let rawValue: UInt32
  init(rawValue: UInt32) { self.rawValue = rawValue }
  init(_ permission: Permission) { rawValue = 1 << permission.rawValue }

  func contains(_ permission: Permission) -> Bool { contains(PermissionSet(permission)) }
}
