import TesseraModel

/// Nobody gives users more than they hold, or touches who holds more.
extension Ledger {
  /// Whether the caller may give everything that the user holds. A user who holds nothing belongs
  /// to no project, so a caller who writes the users of some projects may not write that one.
  func mayGive(_ user: UserRecord, _ rights: CallerRights) -> Bool {
    if rights.isAdmin { return true }
    if rights.writesUsersOfSome, user.grants.isEmpty, user.roles.isEmpty { return false }
    return !user.isAdmin && user.grants.allSatisfy { mayGive($0, rights) }
      && user.roles.allSatisfy { mayGive($0, rights) }
  }

  /// Whether the caller may give what the role gives. A caller who writes the users of some
  /// projects must not learn which other roles there are, so a role that is missing is refused like
  /// one of those.
  func mayGive(_ role: RoleName, _ rights: CallerRights) -> Bool {
    guard case .role(let role)? = registry[.role(role)] else { return !rights.writesUsersOfSome }
    return mayGive(role, rights)
  }

  func mayGive(_ role: RegistryEntry.Role, _ rights: CallerRights) -> Bool {
    if rights.writesUsersOfSome, role.grants.isEmpty { return false }
    return role.grants.allSatisfy { mayGive($0, rights) }
  }

  /// Permissions are given by who has them without a limit. Beside these users give what they hold
  /// themselves. SERVICE callers hold nothing of the product's: they give anything of it, or if
  /// they are limited to projects, grants for those.
  func mayGive(_ grant: Grant, _ rights: CallerRights) -> Bool {
    if rights.isAdmin { return true }
    guard grant.permissions.allSatisfy({ rights.hasUnlimited($0) }) else { return false }
    if let holder = rights.holder { return mayGive(grant, holder) }
    if rights.hasUnlimited(.usersWrite) { return true }
    guard case .project(let project) = grant.place else { return false }
    let number = registry.number(of: project)
    let grants = rights.access.grants
    return grants.all.contains {
      $0.permission == .usersWrite && $0.kinds == .all && $0.environments == nil
        && grants.allows(number, $0)
    }
  }

  private func mayGive(_ grant: Grant, _ holder: UserRights) -> Bool {
    // A grant without scopes gives no methods.
    let methods = grant.scopes.map { registry.knownMethods($0, of: nil) } ?? []
    switch grant.place {
    case .project(let project):
      let number = registry.number(of: project)
      return holder.opens(number) && holder.holds(methods, in: .project(number))
        && (!grant.createsTokens || holder.createsTokens(in: number))
        && (grant.hidesTokens || holder.readsTokens(in: number))
    case .allProjects:
      return holder.opensAllProjects && holder.holds(methods, in: .allProjects)
        && (!grant.createsTokens || holder.createsTokens(in: .none))
        && (grant.hidesTokens || holder.readsTokensEverywhere)
    case .global: return holder.holds(methods, in: .anywhere)
    }
  }
}

/// A grant can take READ_PROJECT_API_TOKEN away. Who removes such a grant gives that right.
extension Ledger {
  /// Checks places whose tokens the old grants or roles hide and the new ones do not: the caller
  /// must be one who might make users members there.
  func checkUncovering(
    _ old: Holdings, _ new: Holdings, _ rights: CallerRights, _ field: String
  ) throws(Refusal) {
    if rights.isAdmin { return }
    let after = hiddenPlaces(new)
    if after.contains(.allProjects) { return }
    let uncovered = hiddenPlaces(old).subtracting(after)
    guard uncovered.allSatisfy({ mayGive(Grant($0), rights) }) else {
      throw Refusal(
        .permissionDenied,
        "this gives READ_PROJECT_API_TOKEN where the caller does not have it: a line that hides "
          + "tokens is taken away by who sees them", field: field)
    }
  }

  /// Grants, and roles that bring more.
  struct Holdings {
    var grants: [Grant] = []
    var roles: [RoleName] = []
  }

  private func hiddenPlaces(_ holdings: Holdings) -> Set<Grant.Place> {
    let grants = holdings.grants + holdings.roles.flatMap { self.grants(of: $0) }
    return Set(grants.filter(\.hidesTokens).map(\.place))
  }
}

extension CallerRights {
  /// Whether it writes the users and roles of some projects, and learns nothing of others: not even
  /// that they are there.
  var writesUsersOfSome: Bool { has(.usersWrite) && !hasUnlimited(.usersWrite) }
}

extension Refusal {
  static func givesTooMuch(_ field: String) -> Refusal {
    Refusal(
      .permissionDenied,
      "this is more than the caller may give: nobody gives what they do not hold",
      field: field)
  }
}
