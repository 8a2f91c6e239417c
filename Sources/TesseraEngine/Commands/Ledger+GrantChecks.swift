import TesseraModel

/// What is asked of the grants of a user or a role, whoever gives them. Each refusal names its
/// field: `field` is that of the list.
extension Ledger {
  /// What can be said without looking anything up.
  ///
  /// - Parameter held: what was there before, which may stay: scopes become empty when what they
  ///   named is removed.
  func checkShape(
    _ grants: [Grant], replacing held: [Grant], _ field: String
  ) throws(Refusal) {
    guard grants.count <= Limits.grantsPerHolder else {
      throw .invalid(field, "there are at most \(Limits.grantsPerHolder) grants")
    }
    let held = Set(held)
    for (index, grant) in grants.enumerated() where !held.contains(grant) {
      try checkShape(grant, "\(field)[\(index)]")
    }
  }

  private func checkShape(_ grant: Grant, _ field: String) throws(Refusal) {
    try checkScopes(grant.scopes, "\(field).scopes")
    if grant.place == .global {
      guard !grant.createsTokens else {
        throw .invalid(
          "\(field).create_project_api_token", "tokens belong to projects; name one, or all")
      }
      guard !grant.hidesTokens else {
        throw .invalid(
          "\(field).no_read_project_api_token", "tokens belong to projects; name one, or all")
      }
    } else if !grant.permissions.isEmpty {
      throw .invalid("\(field).permissions", "permissions belong to a grant for the global place")
    }
    if let other = grant.permissions.first(where: { !$0.isForUsers }) {
      throw .invalid("\(field).permissions", "\(other.name) is not for users")
    }
  }

  private func checkScopes(_ scopes: ScopeSelection?, _ field: String) throws(Refusal) {
    switch scopes {
    case .all?, nil: return
    case .kindDefault?:
      throw .invalid(field, "a grant has no kind; name sets or methods, or all")
    case .some(let sets, let methods)?:
      guard !sets.isEmpty || !methods.isEmpty else {
        throw .invalid(field, "the scopes are empty; name a set or a method, or leave them out")
      }
      guard sets.count <= Limits.setsPerToken, methods.count <= Limits.methodsPerToken else {
        throw .invalid(
          field,
          "a grant names at most \(Limits.setsPerToken) sets and \(Limits.methodsPerToken) methods")
      }
    }
  }

  /// That everything the grants name exists.
  func checkNames(_ grants: [Grant], _ field: String) throws(Refusal) {
    for (index, grant) in grants.enumerated() {
      if case .project(let project) = grant.place {
        try checkKnown(project, "\(field)[\(index)].project")
      }
      if let scopes = grant.scopes { try checkKnown(scopes, "\(field)[\(index)].scopes") }
    }
  }
}
