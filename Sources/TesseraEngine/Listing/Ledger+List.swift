import TesseraModel

extension Ledger {
  /// Looks at up to `examining` tokens after `id`, and takes those that the filter and the caller's
  /// rights let through, `limit` at most.
  func list(
    after id: TokenID?, examining: Int, limit: Int, _ filter: TokenFilter, for rights: CallerRights,
    now: Timestamp
  ) -> ListSlice {
    var slice = ListSlice(last: id)
    let text = filter.text.lowercased()
    let numbers = order.numbers(after: id, limit: examining) { shared.slab.line($0).id }
    for number in numbers {
      if slice.records.count == limit { return slice }
      guard let record = record(number) else { continue }
      slice.last = record.id
      // What the filter finds must not tell more than what is shown.
      if filter.matches(record, text: text, now: now), let shown = shown(record, to: rights),
        shown.projects == record.projects || filter.matches(shown, text: text, now: now)
      {
        slice.records.append(shown)
      }
    }
    slice.isAtEnd = numbers.count < examining
    return slice
  }

  /// The record as the caller may see it; nil where it may not see it at all.
  func shown(_ record: TokenRecord, to rights: CallerRights) -> TokenRecord? {
    if rights.isAdmin || record.id == rights.tokenID { return record }
    if let owner = rights.owner, record.owner == owner { return record }
    let target = CompiledAccess(AccessKey(record), directory: shared.directory)
    let environment = record.environment.flatMap { shared.directory.environments[$0] } ?? .none
    let grants = rights.grants(of: .tokensRead, over: target, environment)
    guard !grants.isEmpty else { return nil }
    guard case .list(let projects) = record.projects else { return record }
    var shown = record
    shown.projects = .list(
      projects.filter { project in
        let number = shared.directory.projects[project] ?? .unknown
        return grants.contains { rights.access.grants.allows(number, $0) }
      })
    return shown
  }
}
