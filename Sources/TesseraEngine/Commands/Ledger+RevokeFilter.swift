import TesseraModel

extension Ledger {
  /// The tokens that a filter means and the caller may revoke, as the batch will leave them: a walk
  /// over those of the owner or the project, else over all, which holds up other changes, and no
  /// validation.
  ///
  /// Only those are kept and counted: what the caller may not touch takes no memory, and the refusal
  /// of too many tells nothing of it.
  func tokens(
    _ filter: RevokeFilter, revocableBy rights: CallerRights, in batch: borrowing Batch
  ) throws(Refusal) -> [TokenRecord] {
    guard filter != RevokeFilter() else {
      throw .invalid("filter", "an empty filter fits every token; name what is to be revoked")
    }
    let environment = filter.environment.map { registry.number(of: $0) }
    var found: [TokenRecord] = []
    func take(_ record: TokenRecord) throws(Refusal) {
      guard filter.fits(record), mayRevoke(record, rights) else { return }
      guard found.count < Limits.tokensPerRevoke else { throw .tooManyToRevoke }
      found.append(record)
    }
    let walk = TokenWalk(owner: filter.owner, project: filter.project, withAll: false)
    var last: TokenID?
    while true {
      let numbers = numbers(walk, after: last, limit: 4096)
      guard let final = numbers.last else { break }
      last = id(of: final)
      for number in numbers where mayFit(number, filter, environment) {
        let id = id(of: number)
        // A token that the batch has changed comes below, as it will be.
        guard !batch.holds(id), let record = record(number) else { continue }
        try take(record)
      }
    }
    for record in batch.records { try take(record) }
    return found.sorted { $0.id < $1.id }
  }

  /// What can be told without putting the record together.
  private func mayFit(
    _ number: CredentialNumber, _ filter: RevokeFilter, _ environment: EnvironmentNumber?
  ) -> Bool {
    let facts = shared.slab.line(number).facts
    if facts.isRevoked { return false }
    if let kinds = filter.kinds, !kinds.contains(facts.kind) { return false }
    if let environment, facts.environment != environment { return false }
    guard let owner = filter.owner else { return true }
    return shared.access.withAccess(facts.access) { $0.key.owner == owner }
  }
}

extension Refusal {
  fileprivate static let tooManyToRevoke = Refusal(
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
