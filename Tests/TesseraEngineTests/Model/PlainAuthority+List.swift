import TesseraEngine
import TesseraModel

extension PlainAuthority {
  /// The tokens that a filter fits and the caller may see, as it sees them, in order of creation.
  /// What is not shown is not found by either.
  func list(_ filter: TokenFilter, for powers: Powers, at now: Timestamp) -> [StoredToken] {
    order.compactMap { id in
      guard let token = tokens[id], let shown = shown(token, to: powers),
        meets(filter, token, at: now), meets(filter, shown, at: now)
      else { return nil }
      let usage = usage(of: token)
      if let moment = filter.lastUsedBefore, let last = usage.lastUsedAt, last >= moment {
        return nil
      }
      return StoredToken(record: shown, usage: usage)
    }
  }

  private func meets(_ filter: TokenFilter, _ token: TokenRecord, at now: Timestamp) -> Bool {
    let isForProject: Bool
    switch (filter.project, token.projects) {
    case (nil, _), (_, .all): isForProject = true
    case (let project?, .one(let one)): isForProject = one == project
    case (let project?, .list(let list)): isForProject = list.contains(project)
    case (_, nil): isForProject = false
    }
    let state = token.state(at: now)
    let text = filter.text.lowercased()
    let endsInTime =
      filter.expiresBefore.map { moment in
        state == .active && (token.expiresAt.map { $0 < moment } ?? false)
      } ?? true
    return isForProject && endsInTime && filter.kinds.contains(token.kind)
      && (filter.owner == nil || token.owner == filter.owner)
      && (filter.environment == nil || token.environment == filter.environment)
      && (filter.states.isEmpty || filter.states.contains(state))
      && (text.isEmpty || token.name.lowercased().contains(text)
        || token.description.lowercased().contains(text))
  }
}
