import TesseraModel

/// The only code that changes state: in service after the journal holds the change, in recovery as
/// the journal is read.
extension Ledger {
  /// Makes the changes visible, and gives back memory that no reader sees any more. The revision is
  /// told to readers only when no rights are stale.
  mutating func publish() {
    if registry.isDirty {
      retirement.retire(.object(shared.directory.replace(by: registry.directory())))
    }
    shared.tokenCount.store(tokenCount, ordering: .relaxed)
    if stale.isEmpty { shared.revision.store(revision.rawValue, ordering: .releasing) }
    reclaim()
  }

  mutating func reclaim() {
    for item in retirement.collect() {
      switch item {
      case .memory(let memory): unsafe memory.deallocate()
      case .table(let table, let index): index.giveBack(table)
      case .object: break
      case .access(let number):
        shared.access.withdraw(number)
        accessNumbers.reuse(number)
      case .credential(let number):
        passOnUses(of: number)
        freeCredentials.append(number)
      }
    }
  }

  /// Makes the token what the record says, be it a new one or not. Readers find a value that the
  /// token keeps all the while, even where it becomes the previous one.
  mutating func put(_ record: TokenRecord) {
    let old = credential(of: record.id)
    let held = [old, old.flatMap { shared.details.details($0)?.previous }].compactMap { $0 }
    let replaced = old.map { placing(of: $0) }
    let end = record.expiresAt?.microseconds ?? CredentialSlab.never
    let previous = record.credentials.previous.flatMap {
      $0.digest == record.credentials.current
        ? nil
        : placeCredential(
          $0.digest, isUnchecked: $0.isUnchecked, record,
          end: min($0.validUntil.microseconds, end), among: held)
    }
    let number = placeCredential(
      record.credentials.current, isUnchecked: record.credentials.isUnchecked, record, end: end,
      among: held)
    publishDetails(record, number, previous: previous)
    if number != old {
      let hash = shared.hashing.hash(record.id)
      shared.idIndex.insert(number, hash: hash, retiring: &retirement)
      if let old { shared.idIndex.remove(old, hash: hash) }
      order.put(number, key: record.id) { shared.slab.line($0).id }
    }
    index(record, number, replacing: replaced)
    if let previous { withdrawDetails(previous) }
    for gone in held where gone != number && gone != previous {
      withdraw(gone)
      passOnUses(of: gone)
    }
    lastID = max(lastID, record.id)
  }

  /// The credential of one of the token's values: one that it holds already, with what the record
  /// says of it now, or a new one.
  private mutating func placeCredential(
    _ digest: Digest, isUnchecked: Bool, _ record: TokenRecord, end: Int64,
    among held: [CredentialNumber]
  ) -> CredentialNumber {
    let after = facts(for: record, isUnchecked: isUnchecked)
    guard let number = held.first(where: { shared.slab.line($0).holds(digest) }) else {
      return add(digest, id: record.id, end: end, after)
    }
    let line = shared.slab.line(number)
    let before = line.facts
    countUnchecked(before, -1)
    line.set(end: end)
    line.set(facts: after)
    countUnchecked(after, 1)
    release(before.access)
    return number
  }

  /// A new credential for a digest, in the index.
  private mutating func add(
    _ digest: Digest, id: TokenID, end: Int64, _ facts: CredentialFacts
  ) -> CredentialNumber {
    let number = takeNumber()
    shared.slab.memory.grow(toInclude: Int(number.rawValue))
    shared.details.grow(toInclude: number)
    shared.usage.memory.grow(toInclude: Int(number.rawValue))
    shared.slab.line(number).initialize(digest: digest, id: id, end: end, facts: facts)
    countUnchecked(facts, 1)
    shared.credentialIndex.insert(
      number, hash: shared.hashing.hash(digest), retiring: &retirement)
    return number
  }

  private mutating func takeNumber() -> CredentialNumber {
    if let number = freeCredentials.popLast() { return number }
    precondition(Int(nextCredential) < Limits.tokens, "refused before")
    defer { nextCredential += 1 }
    return CredentialNumber(rawValue: nextCredential)
  }

  /// Takes a token out: its credentials, its details, its place in every order.
  mutating func remove(_ number: CredentialNumber, id: TokenID) {
    let placing = placing(of: number)
    unindex(id, placing)
    countMade(by: placing.maker, placing.isLive ? -1 : 0)
    order.remove(key: id) { shared.slab.line($0).id }
    shared.idIndex.remove(number, hash: shared.hashing.hash(id))
    if let previous = shared.details.details(number)?.previous { withdraw(previous) }
    withdraw(number)
  }

  /// Takes one credential out of the readers' sight.
  private mutating func withdraw(_ number: CredentialNumber) {
    let line = shared.slab.line(number)
    var facts = line.facts
    shared.credentialIndex.remove(number, hash: shared.hashing.hash(line.digest))
    // A connection that authenticated with it remembers the number, not the index's entry.
    facts.word |= CredentialFacts.withdrawn
    line.set(facts: facts)
    countUnchecked(facts, -1)
    release(facts.access)
    withdrawDetails(number)
    retirement.retire(.credential(number))
  }

  private mutating func withdrawDetails(_ number: CredentialNumber) {
    retire(shared.details.withdraw(number))
  }

  /// Retires details that readers no longer find. The actors are let go of at once: a reader that
  /// is still looking at the details does not look at those.
  private mutating func retire(_ details: PackedDetails?) {
    guard let details else { return }
    actors.release(details.createdBy)
    if let revokedBy = details.revokedBy { actors.release(revokedBy) }
    unsafe retirement.retire(.memory(details.memory))
  }

  /// Counts the values that may have no checksum. While there are any, readers look up values with
  /// a wrong one too.
  private func countUnchecked(_ facts: CredentialFacts, _ step: Int) {
    if facts.isUnchecked { shared.uncheckedCount.add(step, ordering: .relaxed) }
  }

  private mutating func facts(for record: TokenRecord, isUnchecked: Bool) -> CredentialFacts {
    let isOrphan = record.owner.map { owners[$0]?.isActive != true } ?? (record.kind == .personal)
    var facts = CredentialFacts(
      kind: record.kind, access: hold(AccessKey(record)),
      environment: record.environment.map { registry.number(naming: $0) } ?? .none,
      isRevoked: record.revocation != nil, isOwnerInactive: isOrphan)
    if isUnchecked { facts.word |= CredentialFacts.unchecked }
    return facts
  }

  private mutating func publishDetails(
    _ record: TokenRecord, _ number: CredentialNumber, previous: CredentialNumber?
  ) {
    let packed = PackedDetails.pack(
      record, createdBy: actors.hold(record.createdBy),
      revokedBy: record.revocation.map { actors.hold($0.by) }, previous: previous)
    retire(shared.details.publish(packed, for: number))
  }
}
