import TesseraModel

extension Ledger {
  /// Looks at up to `examining` tokens after `id`, of the owner or the project where the filter
  /// names one, and takes those that the filter and the caller's rights let through, `limit` at
  /// most.
  func list(
    after id: TokenID?, examining: Int, limit: Int, _ filter: TokenFilter, for rights: CallerRights,
    now: Timestamp
  ) -> Slice<StoredToken, TokenID> {
    var slice = Slice<StoredToken, TokenID>(after: id)
    let text = filter.text.lowercased()
    let walk = TokenWalk(owner: filter.owner, project: filter.project, withAll: true)
    let facts = FactsFilter(
      kinds: filter.kinds, owner: filter.owner,
      environment: filter.environment.map { registry.number(of: $0) })
    let numbers = numbers(walk, after: id, limit: examining)
    for number in numbers {
      if slice.elements.count == limit { return slice }
      slice.last = self.id(of: number)
      let usage = usage(of: number)
      guard fits(number, facts), filter.matches(usage), let record = record(number) else {
        continue
      }
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
}
