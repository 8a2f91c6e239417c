import TesseraModel

extension Ledger {
  /// Looks at events before `revision`, the newest first, until so many were looked at, each token
  /// of one counted, and takes those that the filter and the caller's rights let through. What is
  /// too old by now is not shown, also where nothing has come since that it would make room for.
  func events(
    before revision: Revision?, examining: Int, limit: Int, _ filter: EventFilter,
    for rights: CallerRights, now: Timestamp
  ) -> Slice<Event, Revision> {
    var slice = Slice<Event, Revision>(after: revision)
    let asked = filter.since.map { since in events.places { $0.at < since } } ?? 0
    let since = max(asked, events.tooOld(at: now))
    var place = events.places {
      $0.revision < revision ?? Revision(rawValue: .max) && $0.at < filter.before ?? .latest
    }
    var left = examining
    while place > since {
      guard left > 0, slice.elements.count < limit else { return slice }
      place -= 1
      let packed = events[place]
      left -= packed.weight
      slice.last = packed.revision
      guard filter.matches(packed, by: actors[packed.actor]),
        let shown = shown(events.event(packed, actors), to: rights)
      else { continue }
      // What the filter finds must not tell more than what is shown.
      if let token = filter.token, case .tokens(let ids) = shown.subject, !ids.contains(token) {
        continue
      }
      slice.elements.append(shown)
    }
    slice.isAtEnd = true
    return slice
  }

  /// The event as the caller may see it; nil where it may not see it at all.
  ///
  /// - With `events.read`: all, or where it is limited, what was done to tokens within its limits.
  /// - Users without it: what they did themselves, and what was done to their own tokens, since
  ///   there is a user of that id; through a scoped token what was done through it, and to tokens
  ///   that it sees.
  func shown(_ event: Event, to rights: CallerRights) -> Event? {
    if rights.hasUnlimited(.eventsRead) { return event }
    if let holder = rights.holder, case .user(holder.id, let token) = event.actor,
      event.at >= holder.createdAt, !rights.access.isScoped || token == rights.tokenID
    {
      return event
    }
    guard case .tokens(let ids) = event.subject else { return nil }
    let shownIDs = ids.filter { mayReadEvents(of: $0, rights) }
    guard !shownIDs.isEmpty else { return nil }
    var shown = event
    shown.subject = .tokens(shownIDs)
    if rights.user == nil { shown.changes = shown.changes.map(\.withoutProjects) }
    return shown
  }

  private func mayReadEvents(of id: TokenID, _ rights: CallerRights) -> Bool {
    guard let number = credential(of: id) else { return false }
    let facts = shared.slab.line(number).facts
    return shared.access.withAccess(facts.access) { access in
      if let holder = rights.holder {
        let isOwn = holder.owns(
          owner: access.key.owner, revokedAt: shared.details.details(number)?.revokedAt)
        return isOwn
          && (id == rights.tokenID || isWithin(access.key.scopes, of: access.kind, rights.access))
      }
      let grants = rights.grants(
        of: .eventsRead, over: access.kind, access.projects, facts.environment)
      return !grants.isEmpty
    }
  }
}

extension FieldChange {
  /// The change without its texts where these may name projects or tokens that a limited caller
  /// must not learn of. That the field changed is told.
  fileprivate var withoutProjects: FieldChange {
    field == "projects" || field == "copy_of" ? FieldChange(field) : self
  }
}

extension Engine {
  /// The next of the events that the caller sees. The lock is held for about `examining` of them at
  /// most, so a long search is many slices.
  ///
  /// - Parameter revision: nil begins at the newest.
  public func events(
    before revision: Revision?, examining: Int, limit: Int, filter: EventFilter,
    for rights: CallerRights, now: Timestamp
  ) -> Slice<Event, Revision> {
    ledger.withLock {
      $0.events(
        before: revision, examining: examining, limit: limit, filter, for: rights, now: now)
    }
  }

  /// The next events in order, for a snapshot; nil begins at the oldest.
  public func events(after revision: Revision?, limit: Int) -> [Event] {
    ledger.withLock { ledger in
      let first = revision.map { revision in ledger.events.places { $0.revision <= revision } } ?? 0
      return (first..<first + min(limit, ledger.events.count - first)).map {
        ledger.events.event(ledger.events[$0], ledger.actors)
      }
    }
  }

  /// How many events are kept, each token of one counted, and for how long. Before a recovery,
  /// which drops what is too much; `Limits.events` at most.
  public func keepEvents(count: Int, for age: Duration) {
    ledger.withLock { $0.events.keep(count: count, for: age, &$0.actors) }
  }

  /// Drops the events that are not to be kept any longer at `now`, a moment that can be believed.
  public func dropOldEvents(at now: Timestamp) {
    // Others have the lock between the slices.
    while ledger.withLock({ $0.events.dropOld(at: now, limit: 4_096, &$0.actors) }) {}
  }

  /// An event from a snapshot. They come in order, before the journal is replayed.
  public func restore(_ event: Event) {
    ledger.withLock { $0.events.add(event, &$0.actors) }
  }
}
