import TesseraModel

/// Who sees which tokens. Protos/README.md has the rules, under "Users".
extension Ledger {
  /// The record as the caller may see it, of a list of projects those that it sees; nil where it
  /// may not see it at all.
  func shown(_ record: TokenRecord, to rights: CallerRights) -> TokenRecord? {
    if rights.isAdmin || record.id == rights.tokenID { return record }
    if let holder = rights.holder {
      guard isWithin(record.scopes, of: record.kind, rights.access) else { return nil }
      return shown(record, to: holder)
    }
    let target = CompiledProjects(record.kind, record.projects) { registry.number(of: $0) }
    let environment = record.environment.map { registry.number(of: $0) } ?? .none
    let grants = rights.grants(of: .tokensRead, over: record.kind, target, environment)
    guard !grants.isEmpty else { return nil }
    guard case .list(let projects) = record.projects else { return record }
    return record.listing(
      projects.filter { project in
        let number = registry.number(of: project)
        return grants.contains { rights.access.grants.allows(number, $0) }
      })
  }

  /// Whether the caller may see the token, as far as its numbers tell: so that a walk over others'
  /// tokens puts no records together.
  func mayBeShown(_ number: CredentialNumber, to rights: CallerRights) -> Bool {
    if rights.isAdmin || id(of: number) == rights.tokenID { return true }
    let facts = shared.slab.line(number).facts
    return shared.access.withAccess(facts.access) { token in
      guard let holder = rights.holder else {
        return !rights.grants(
          of: .tokensRead, over: facts.kind, token.projects, facts.environment
        ).isEmpty
      }
      guard facts.kind.isBoundToEnvironment else { return token.key.owner == holder.id }
      if token.projects.extent == .all { return holder.readsTokensSomewhere }
      for index in 0..<token.projects.list.count
      where holder.readsTokens(in: token.projects.list[index]) { return true }
      return false
    }
  }

  /// Users see their own, and those of projects where they have READ_PROJECT_API_TOKEN.
  private func shown(_ record: TokenRecord, to holder: UserRights) -> TokenRecord? {
    switch record.projects {
    case .one(let project):
      return holder.readsTokens(in: registry.number(of: project)) ? record : nil
    case .list(let projects):
      let seen = projects.filter { holder.readsTokens(in: registry.number(of: $0)) }
      return seen.isEmpty ? nil : record.listing(seen)
    case .all: return holder.readsTokensSomewhere ? record : nil
    case nil: return holder.owns(record) ? record : nil
    }
  }
}

extension UserRights {
  /// Whether it is the user's own token. Those of a former user of that id were revoked when that
  /// one was removed, which was before this one came.
  func owns(_ record: TokenRecord) -> Bool {
    owns(owner: record.owner, revokedAt: record.revocation?.at)
  }

  func owns(owner: UserID?, revokedAt: Timestamp?) -> Bool {
    owner == id && revokedAt.map { $0 >= createdAt } ?? true
  }
}

extension TokenRecord {
  fileprivate func listing(_ projects: [ProjectID]) -> TokenRecord {
    var shown = self
    shown.projects = .list(projects)
    return shown
  }
}
