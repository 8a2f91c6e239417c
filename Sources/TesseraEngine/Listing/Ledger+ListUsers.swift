import TesseraModel

extension Ledger {
  /// Looks at up to `examining` users after `id`, and takes those that the filter and the caller's
  /// rights let through, `limit` at most.
  func users(
    after id: UserID?, examining: Int, limit: Int, _ filter: UserFilter, for rights: CallerRights
  ) -> Slice<StoredUser, UserID> {
    var slice = Slice<StoredUser, UserID>(after: id)
    let text = filter.text.lowercased()
    let records = owners.users(after: id, limit: examining)
    for record in records {
      if slice.elements.count == limit { return slice }
      slice.last = record.id
      if matches(record, filter, text: text), mayRead(record, rights) {
        slice.elements.append(StoredUser(record: record, tokens: tokenCount(of: record.id)))
      }
    }
    slice.isAtEnd = records.count < examining
    return slice
  }

  /// With `users.read`: everyone, or where it is limited to projects, those whose every grant is
  /// for them. Users see themselves.
  func mayRead(_ user: UserRecord, _ rights: CallerRights) -> Bool {
    if rights.hasUnlimited(.usersRead) || rights.user == user.id { return true }
    return rights.access.grants.all.contains { grant in
      grant.permission == .usersRead && !user.isAdmin
        && ((user.grants.isEmpty && !user.roles.isEmpty)
          || isWithin(user.grants, rights, grant))
        && user.roles.allSatisfy { isWithin(grants(of: $0), rights, grant) }
    }
  }

  /// Whether these grants are for projects that one of the caller's is limited to, all of them:
  /// none at all are for no project. What is limited to kinds or environments reaches no user, who
  /// is of neither.
  func isWithin(_ grants: [Grant], _ rights: CallerRights, _ limit: CompiledGrant) -> Bool {
    guard limit.kinds == .all, limit.environments == nil else { return false }
    return !grants.isEmpty
      && grants.allSatisfy { grant in
        guard case .project(let project) = grant.place else { return false }
        return rights.access.grants.allows(registry.number(of: project), limit)
      }
  }

  func grants(of role: RoleName) -> [Grant] {
    if case .role(let role)? = registry[.role(role)] { role.grants } else { [] }
  }

  /// - Parameter text: the filter's in lower case, made once for many users.
  private func matches(_ user: UserRecord, _ filter: UserFilter, text: String) -> Bool {
    if let role = filter.role, !user.roles.contains(role) { return false }
    if let project = filter.project {
      let isOfProject = { (grant: Grant) in
        grant.place == .allProjects || grant.place == .project(project)
      }
      guard
        user.grants.contains(where: isOfProject)
          || user.roles.contains(where: { grants(of: $0).contains(where: isOfProject) })
      else { return false }
    }
    return text.isEmpty || user.id.text.lowercased().contains(text)
      || user.name.lowercased().contains(text)
  }
}

extension Engine {
  /// The next of the users that a list shows. The lock is held for `examining` users at most, so a
  /// long list is many slices.
  public func users(
    after id: UserID?, examining: Int, limit: Int, _ filter: UserFilter, for rights: CallerRights
  ) -> Slice<StoredUser, UserID> {
    ledger.withLock {
      $0.users(after: id, examining: examining, limit: limit, filter, for: rights)
    }
  }

  /// A user as the caller may see them; nil where there is none, or it may not.
  public func user(_ id: UserID, for rights: CallerRights) -> StoredUser? {
    ledger.withLock { ledger in
      guard let record = ledger.owners[id]?.record, ledger.mayRead(record, rights) else {
        return nil
      }
      return StoredUser(record: record, tokens: ledger.tokenCount(of: id))
    }
  }
}

extension Refusal {
  public static func noUser(_ id: UserID, field: String) -> Refusal {
    Refusal(.notFound, "there is no user \(id), or they are not shown to you", field: field)
  }
}
