import TesseraModel

extension Ledger {
  /// Looks at up to `examining` tokens after `id`, of those that `walk` chooses, and takes those
  /// that the filter and the caller's rights let through, `limit` at most.
  func list(
    after id: TokenID?, examining: Int, limit: Int, _ filter: TokenFilter, for rights: CallerRights,
    now: Timestamp
  ) -> Slice<StoredToken, TokenID> {
    var slice = Slice<StoredToken, TokenID>(after: id)
    let text = filter.text.lowercased()
    let facts = FactsFilter(
      kinds: filter.kinds, owner: filter.owner,
      environment: filter.environment.map { registry.number(of: $0) })
    let numbers = numbers(walk(filter, for: rights), after: id, limit: examining)
    for number in numbers {
      if slice.elements.count == limit { return slice }
      slice.last = self.id(of: number)
      guard fits(number, facts) else { continue }
      let usage = usage(of: number)
      guard filter.matches(usage), let record = record(number) else { continue }
      // What the filter finds must not tell more than what is shown.
      if filter.matches(record, text: text, now: now), let shown = shown(record, to: rights),
        shown.projects == record.projects || filter.matches(shown, text: text, now: now)
      {
        slice.elements.append(StoredToken(record: shown, usage: usage))
      }
    }
    slice.isAtEnd = numbers.count < examining
    return slice
  }

  /// Where a list must look: at the owner's tokens or the project's where the filter names one,
  /// else at what the caller may see, where an index has it. So a user who asks for all they see
  /// makes the authority walk over nobody else's.
  private func walk(_ filter: TokenFilter, for rights: CallerRights) -> TokenWalk {
    if rights.seesItsOwnTokenAlone { return .one(rights.tokenID) }
    let asked = TokenWalk(owner: filter.owner, project: filter.project, withAll: true)
    guard case .all = asked, !rights.isAdmin, let user = rights.user else { return asked }
    guard let projects = owners[user]?.record.flatMap({ fewProjects(of: $0) }) else { return .all }
    return .member(user, of: projects)
  }

  /// The projects that a user's grants and roles name; nil where they are for all, or many.
  private func fewProjects(of user: UserRecord) -> [ProjectID]? {
    let lists = [user.grants] + user.roles.map { grants(of: $0) }
    guard !user.isAdmin, lists.reduce(0, { $0 + $1.count }) <= TokenWalk.mergedProjects else {
      return nil
    }
    var projects: Set<ProjectID> = []
    for grant in lists.joined() {
      switch grant.place {
      case .project(let project): projects.insert(project)
      case .allProjects: return nil
      case .global: continue
      }
    }
    return projects.sorted()
  }
}
