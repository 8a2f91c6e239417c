import TesseraModel

/// Changes while they are applied, a slice at a time: one may be about a million tokens, and those
/// who read the ledger wait for a slice at most.
///
/// Between two slices each record is as it was or as it will be, or is revoked already and names
/// what goes still. The ledger's revision is that of the last change that was applied whole, so that
/// a snapshot that was taken between them is brought up to date by all of the next.
struct Application {
  /// What is done in one slice: so many tokens, sets of rights, entries or users.
  static let slice = 512

  fileprivate var rest: ArraySlice<JournalEntry>
  /// What is left of the first of them, the next thing last; nil where it was not begun.
  fileprivate var parts: [Part]?

  init(_ entries: [JournalEntry]) { rest = entries[...] }

  var isEmpty: Bool { rest.isEmpty }

  fileprivate enum Part {
    case put(ArraySlice<TokenRecord>)
    case revoke(ArraySlice<TokenID>, Revocation)
    case remove(ArraySlice<TokenID>)
    case revokeForOnly(ProjectID, ArraySlice<CredentialNumber>, Revocation)
    case revokeIn(EnvironmentNumber, after: TokenID?, Revocation)
    case revokeOwned(ArraySlice<CredentialNumber>, Revocation)
    case dropFromRights(RegistryKey, ArraySlice<AccessNumber>)
    case dropFromEntries(RegistryKey, ArraySlice<RegistryKey>)
    case dropFromUsers(RegistryKey, ArraySlice<UserNumber>)
    case finishEntry(RegistryKey, affecting: Set<UserNumber>)
    case finishUser(UserID)
  }
}

extension Ledger {
  /// Applies the next slice; where it ends a change, that one counts.
  ///
  /// - Precondition: the changes follow what is applied, in order and without a gap.
  mutating func apply(_ application: inout Application) {
    var room = Application.slice
    while room > 0, let entry = application.rest.first {
      precondition(entry.revision == revision.next, "changes out of order")
      var parts = application.parts ?? self.parts(of: entry)
      while room > 0, var part = parts.popLast() {
        if !carryOut(&part, &room) { parts.append(part) }
      }
      guard parts.isEmpty else {
        application.parts = parts
        return
      }
      application.parts = nil
      application.rest.removeFirst()
      finish(entry)
      room -= 1
    }
  }

  /// What is to be done for a change, the first thing last.
  private func parts(of entry: JournalEntry) -> [Application.Part] {
    switch entry.mutation {
    case .putToken(let record, _): [.put([record])]
    case .putTokens(let records): [.put(records[...])]
    case .revokeTokens(let ids, let revocation): [.revoke(ids[...], revocation)]
    case .removeTokens(let ids): [.remove(ids[...])]
    case .putEntry, .putUser: []
    case .removeEntry(let key, let revocation): parts(toRemove: key, revocation)
    case .removeUser(let id, let revocation):
      [.finishUser(id), .revokeOwned((owners[id]?.tokens.all ?? [])[...], revocation)]
    }
  }

  private func parts(
    toRemove key: RegistryKey, _ revocation: Revocation
  ) -> [Application.Part] {
    var parts: [Application.Part] = [
      .finishEntry(key, affecting: users(naming: key)),
      .dropFromUsers(key, Array(dependents.users[key] ?? [])[...]),
      .dropFromEntries(key, Array(dependents.entries[key] ?? [])[...]),
      .dropFromRights(key, Array(dependents.accesses[key] ?? [])[...]),
    ]
    switch key {
    case .project(let project):
      let tokens = tokensOfProject[project]?.all ?? []
      parts.append(.revokeForOnly(project, tokens[...], revocation))
    case .environment(let environment):
      let gone = registry.number(of: environment)
      if gone != .unknown { parts.append(.revokeIn(gone, after: nil, revocation)) }
    case .method, .scopeSet, .role: break
    }
    return parts
  }

  /// Does as much of the part as there is room for, and says whether that was all.
  private mutating func carryOut(_ part: inout Application.Part, _ room: inout Int) -> Bool {
    switch part {
    case .put(var records):
      defer { part = .put(records) }
      return each(&records, &room) { $0.put($1) }
    case .revoke(var ids, let revocation):
      defer { part = .revoke(ids, revocation) }
      return each(&ids, &room) { $0.revoke($1, revocation) }
    case .remove(var ids):
      defer { part = .remove(ids) }
      return each(&ids, &room) { ledger, id in
        if let number = ledger.credential(of: id) { ledger.remove(number, id: id) }
      }
    case .revokeForOnly(let project, var numbers, let revocation):
      defer { part = .revokeForOnly(project, numbers, revocation) }
      return each(&numbers, &room) { ledger, number in
        if ledger.isForOnly(project, number) { ledger.revoke(number, revocation) }
      }
    case .revokeIn(let environment, var last, let revocation):
      defer { part = .revokeIn(environment, after: last, revocation) }
      return revokeTokens(in: environment, after: &last, revocation, &room)
    case .revokeOwned(var numbers, let revocation):
      defer { part = .revokeOwned(numbers, revocation) }
      return each(&numbers, &room) { $0.revoke($1, withItsOwner: revocation) }
    case .dropFromRights(let key, var numbers):
      defer { part = .dropFromRights(key, numbers) }
      return each(&numbers, &room) { ledger, number in
        // A certificate's may have gone since the last slice.
        if ledger.accessNumbers.isHeld(number) { ledger.drop(key, from: number) }
      }
    case .dropFromEntries(let key, var holders):
      defer { part = .dropFromEntries(key, holders) }
      return each(&holders, &room) { $0.drop(key, from: $1) }
    case .dropFromUsers(let key, var users):
      defer { part = .dropFromUsers(key, users) }
      return each(&users, &room) { $0.drop(key, from: $1) }
    case .finishEntry(let key, let users): finishRemoval(of: key, affecting: users)
    case .finishUser(let id): finishRemoval(of: id)
    }
    return true
  }

  private mutating func each<Element>(
    _ elements: inout ArraySlice<Element>, _ room: inout Int,
    _ body: (inout Ledger, Element) -> Void
  ) -> Bool {
    while room > 0, let element = elements.popFirst() {
      body(&self, element)
      room -= 1
    }
    return elements.isEmpty
  }

  /// A walk over all tokens: eight that are passed over take no longer than one that is revoked.
  private mutating func revokeTokens(
    in environment: EnvironmentNumber, after last: inout TokenID?, _ revocation: Revocation,
    _ room: inout Int
  ) -> Bool {
    let numbers = order.elements(after: last, limit: Application.slice * 8) { id(of: $0) }
    room -= Application.slice / 2
    for number in numbers {
      last = id(of: number)
      guard shared.slab.line(number).facts.environment == environment else { continue }
      revoke(number, withItsEnvironment: revocation)
      room -= 1
      if room <= 0 { return false }
    }
    return numbers.count < Application.slice * 8
  }

  /// All of the change is applied.
  private mutating func finish(_ entry: JournalEntry) {
    switch entry.mutation {
    case .putToken(_, let idempotency?): self.idempotency.put(idempotency, of: entry.actor)
    case .putEntry(let entry): put(entry)
    case .putUser(let user): put(user)
    default: break
    }
    idempotency.forget(before: believedMoment, limit: 2)
    events.add(Event(entry), &actors)
    revision = entry.revision
    lastMoment = max(lastMoment, entry.at)
    nextMoment = max(nextMoment, lastMoment)
    if case .removeUser = entry.mutation { nextMoment = lastMoment.next }
  }
}
