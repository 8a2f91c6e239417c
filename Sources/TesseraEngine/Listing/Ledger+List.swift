import TesseraModel

/// What a filter asks that one word of a token answers, without putting its record together.
struct FactsFilter {
  var kinds: KindSet?
  var owner: UserID?
  /// `unknown` where there is none of that name: no token is for that.
  var environment: EnvironmentNumber?
}

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
      guard fits(number, facts), mayBeShown(number, to: rights) else { continue }
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

  func fits(_ number: CredentialNumber, _ filter: FactsFilter) -> Bool {
    let facts = shared.slab.line(number).facts
    if let kinds = filter.kinds, !kinds.contains(facts.kind) { return false }
    if let environment = filter.environment, facts.environment != environment { return false }
    guard let owner = filter.owner else { return true }
    return shared.access.withAccess(facts.access) { $0.key.owner == owner }
  }
}
