import TesseraEngine
import TesseraModel

extension PlainAuthority {
  /// The events that a filter fits and the caller may see, as it sees them, the newest first. What
  /// is not shown is not found by either, nor what is too old.
  func events(_ filter: EventFilter, for powers: Powers, at now: Timestamp) -> [Event] {
    events.reversed().compactMap { event in
      guard event.at + PlainAuthority.eventsLast > now, meets(filter, event),
        let shown = shown(event, to: powers), meets(filter, shown)
      else {
        return nil
      }
      return shown
    }
  }

  private func meets(_ filter: EventFilter, _ event: Event) -> Bool {
    if let user = filter.user {
      guard case .user(user, _) = event.actor else { return false }
    }
    if let token = filter.token {
      guard case .tokens(let ids) = event.subject, ids.contains(token) else { return false }
    }
    return filter.kinds?.contains(event.kind) ?? true
      && filter.entry.map { event.subject == .entry($0) } ?? true
      && filter.subjectUser.map { event.subject == .user($0) } ?? true
      && filter.since.map { event.at >= $0 } ?? true
      && filter.before.map { event.at < $0 } ?? true
  }

  /// Who may read events sees all of them, or those of tokens within its limits; a user else what
  /// they did, and what was done to their tokens.
  private func shown(_ event: Event, to powers: Powers) -> Event? {
    if holds(powers, .eventsRead) { return event }
    if let user = powers.user, case .user(user, let through) = event.actor,
      let since = users[user]?.createdAt, event.at >= since,
      !powers.isScoped || through == powers.token
    {
      return event
    }
    guard case .tokens(let ids) = event.subject else { return nil }
    let seen = ids.filter { id in
      guard let token = tokens[id] else { return false }
      if let user = powers.user {
        return isOwn(token, user) && (id == powers.token || isWithinScopes(token, powers))
      }
      return powers.grants.contains { $0.permission == .eventsRead && $0.touches(token) }
    }
    guard !seen.isEmpty else { return nil }
    var shown = event
    shown.subject = .tokens(seen)
    return shown
  }
}
