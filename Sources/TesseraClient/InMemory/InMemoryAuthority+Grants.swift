import TesseraModel
import TesseraWire

/// What users may do, and what their grants may be.
extension InMemoryAuthority {
  /// A user's own grants, and those of their roles.
  func grants(of user: User) -> [Grant] {
    user.grants
      + user.roles.flatMap { name -> [Grant] in
        if case .role(let role)? = registry[.role(name)] { role.grants } else { [] }
      }
  }

  func opens(_ project: ProjectID, _ user: User) -> Bool {
    user.isAdmin
      || grants(of: user).contains { $0.place == .allProjects || $0.place == .project(project) }
  }

  /// Whether a grant for the project opens the method, or one for all; where no project is asked,
  /// any grant.
  func opens(_ method: MethodName, in project: ProjectID?, _ user: User) -> Bool {
    user.isAdmin
      || grants(of: user).contains { grant in
        guard let scopes = grant.scopes else { return false }
        let isThere =
          project.map { grant.place == .allProjects || grant.place == .project($0) } ?? true
        return isThere && self.scopes(scopes, hold: method)
      }
  }

  func scopes(_ scopes: ScopeSelection, hold method: MethodName) -> Bool {
    switch scopes {
    case .all: true
    case .kindDefault: false
    case .some(let sets, let methods):
      methods.contains(method) || sets.contains { set($0, holds: method) }
    }
  }

  func set(_ name: ScopeSetName, holds method: MethodName) -> Bool {
    if case .scopeSet(let set)? = registry[.scopeSet(name)] {
      set.methods.contains(method)
    } else {
      false
    }
  }
}

/// Each refusal names its field: `field` is that of the list.
extension InMemoryAuthority {
  /// - Parameter held: what was there before, which may stay: scopes become empty when what they
  ///   named is removed.
  func checkShape(
    _ grants: [Grant], replacing held: [Grant], _ field: String
  ) throws(TesseraError) {
    guard grants.count <= Limits.grantsPerHolder else {
      throw .invalid(field, "there are at most \(Limits.grantsPerHolder) grants")
    }
    for (index, grant) in grants.enumerated() where !held.contains(grant) {
      try checkShape(grant, "\(field)[\(index)]")
    }
  }

  private func checkShape(_ grant: Grant, _ field: String) throws(TesseraError) {
    if grant.scopes == .some(sets: [], methods: []) { throw .empty("\(field).scopes.some") }
    if grant.scopes == .kindDefault {
      throw .invalid("\(field).scopes", "a grant has no kind; name sets or methods, or all")
    }
    if grant.place == .global {
      let words = "tokens belong to projects; name one, or all"
      guard !grant.createsTokens else {
        throw .invalid("\(field).create_project_api_token", words)
      }
      guard !grant.hidesTokens else {
        throw .invalid("\(field).no_read_project_api_token", words)
      }
    } else if !grant.permissions.isEmpty {
      throw .invalid("\(field).permissions", "permissions belong to a grant for the global place")
    }
    if let other = grant.permissions.first(where: { !$0.isForUsers }) {
      throw .invalid("\(field).permissions", "\(other.name) is not for users")
    }
  }

  func checkNames(_ grants: [Grant], _ field: String) throws(TesseraError) {
    for (index, grant) in grants.enumerated() {
      if case .project(let project) = grant.place {
        try checkKnown([project], "\(field)[\(index)].project")
      }
      if let scopes = grant.scopes { try checkKnown(scopes, "\(field)[\(index)].scopes") }
    }
  }
}
