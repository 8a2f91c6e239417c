/// What a permission can be limited to.
public struct PermissionLimits: OptionSet, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let kinds = PermissionLimits(rawValue: 1 << 0)
  public static let projects = PermissionLimits(rawValue: 1 << 1)
  public static let environments = PermissionLimits(rawValue: 1 << 2)
}

extension Permission {
  /// The limits that mean something: by any other the permission would open nothing, or as much as
  /// without.
  public var limits: PermissionLimits {
    switch self {
    case .tokensIssue, .tokensValidate, .tokensRevoke, .tokensRead, .tokensImport, .eventsRead:
      [.kinds, .projects, .environments]
    // Users and roles are of no kind and no environment.
    case .usersRead, .usersWrite: .projects
    case .registryRead, .registryWrite: [.projects, .environments]
    // Whoever acts for a user has all that the user has; a server is one whole.
    case .usersActAs, .serverRead, .serverOperate: []
    }
  }
}

extension PermissionGrant {
  /// The first limit that its permission does not take, by the name of its field, and why; nil where
  /// all is well.
  public var pointlessLimit: (field: String, reason: String)? {
    let limits: [(name: String, limit: PermissionLimits, isGiven: Bool)] = [
      ("kinds", .kinds, kinds != nil), ("projects", .projects, projects != nil),
      ("environments", .environments, environments != nil),
    ]
    let isTaken = { (limit: PermissionLimits) in permission.limits.contains(limit) }
    guard let wrong = limits.first(where: { $0.isGiven && !isTaken($0.limit) }) else { return nil }
    let others = limits.filter { isTaken($0.limit) }.map(\.name).joined(separator: " and ")
    return (
      wrong.name,
      "\(permission.name) cannot be limited to \(wrong.name)"
        + (others.isEmpty ? "" : ", only to \(others)") + "; leave this limit out"
    )
  }
}
