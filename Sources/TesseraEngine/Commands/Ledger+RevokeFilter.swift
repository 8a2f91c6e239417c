import TesseraModel

/// The search for the tokens that a filter means and the caller may revoke: over those of the owner
/// or the project, else over all, a slice at a time.
///
/// Only those are kept and counted: what the caller may not touch takes no memory, and the refusal
/// of too many tells nothing of it.
///
/// It may be made on any thread: what is found is looked at again when it is decided, and every token
/// that was there when it began, and fits then, is found.
public struct RevokeSearch: Sendable {
  public let filter: RevokeFilter
  public fileprivate(set) var found: [TokenID] = []
  fileprivate var last: TokenID?

  public init(_ filter: RevokeFilter) { self.filter = filter }

  fileprivate var hasTooMany: Bool { found.count > Limits.tokensPerRevoke }
}

extension Engine {
  /// Looks at the next tokens; false where there are no more, or enough to refuse the command.
  public func advance(
    _ search: inout RevokeSearch, by caller: Caller, now: Timestamp
  ) -> Bool {
    ledger.withLock { $0.advance(&search, by: caller, now: now) }
  }

  /// Of the tokens that were found, those that are to be revoked as the batch leaves them, in the
  /// order of their ids. What is true of them stays so: who decides is the only one who changes
  /// anything. Nobody waits for the ledger's lock longer than a slice takes.
  func records(
    _ found: [TokenID], for filter: RevokeFilter, by caller: Caller, in batch: Batch
  ) -> [TokenRecord] {
    var records: [TokenRecord] = []
    var rest = found.sorted()[...]
    while !rest.isEmpty {
      let slice = rest.prefix(Limits.searchSlice)
      rest = rest.dropFirst(slice.count)
      records += ledger.withLock { $0.records(slice, for: filter, by: caller, in: batch) }
    }
    return records
  }
}

extension Ledger {
  /// Looks at the next tokens; false where there are no more, or enough to refuse the command.
  fileprivate func advance(
    _ search: inout RevokeSearch, by caller: Caller, now: Timestamp
  ) -> Bool {
    let filter = search.filter
    guard filter != RevokeFilter(),
      let rights = shared.rights(of: caller, now: max(now, nextMoment)), rights.mayRevokeSome
    else { return false }
    let facts = FactsFilter(
      kinds: filter.kinds, owner: filter.owner,
      environment: filter.environment.map { registry.number(of: $0) })
    var walk = TokenWalk(owner: filter.owner, project: filter.project, withAll: false)
    // Who makes no tokens for projects revokes their own alone.
    if case .all = walk, let holder = rights.holder, !rights.isAdmin, !holder.createsTokensSomewhere
    {
      walk = .some(TokenSources(owner: holder.id))
    }
    let numbers = numbers(walk, after: search.last, limit: Limits.searchSlice)
    for number in numbers where fits(number, facts) && fits(number, filter) {
      guard let record = record(number) else { continue }
      if filter.fits(record), mayRevoke(record, rights) { search.found.append(record.id) }
      if search.hasTooMany { return false }
    }
    if let last = numbers.last { search.last = id(of: last) }
    return numbers.count == Limits.searchSlice
  }

  fileprivate func records(
    _ found: ArraySlice<TokenID>, for filter: RevokeFilter, by caller: Caller,
    in batch: borrowing Batch
  ) -> [TokenRecord] {
    guard !batch.hasEnded(caller), let rights = shared.rights(of: caller, now: batch.now) else {
      return []
    }
    return found.compactMap { id in
      guard let record = token(id, in: batch), filter.fits(record), mayRevoke(record, rights)
      else { return nil }
      return record
    }
  }

  /// What can be told without putting the record together.
  private func fits(_ number: CredentialNumber, _ filter: RevokeFilter) -> Bool {
    if shared.slab.line(number).facts.isRevoked { return false }
    guard let moment = filter.issuedBefore else { return true }
    return shared.details.details(number).map { $0.createdAt < moment } ?? false
  }
}

extension Refusal {
  static let tooManyToRevoke = Refusal(
    .failedPrecondition,
    "more than \(Limits.tokensPerRevoke) tokens fit, which is the most that are revoked at once; "
      + "narrow the filter", field: "filter")
}

extension RevokeFilter {
  func fits(_ record: TokenRecord) -> Bool {
    guard record.revocation == nil else { return false }
    if let kinds, !kinds.contains(record.kind) { return false }
    if let owner, record.owner != owner { return false }
    if let environment, record.environment != environment { return false }
    if let issuedBefore, record.createdAt >= issuedBefore { return false }
    guard let project else { return true }
    return switch record.projects {
    case .one(project): true
    case .list(let projects): projects.contains(project)
    default: false
    }
  }
}
