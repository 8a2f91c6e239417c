import TesseraModel

/// The only code that changes state: in service after the journal holds the change, in recovery as the
/// journal is read.
extension Ledger {
  mutating func apply(_ entry: JournalEntry) {
    switch entry.mutation {
    case .putToken(let record, let idempotency):
      put(record)
      if let idempotency { self.idempotency.put(idempotency) }
    case .revokeTokens(let ids, let revocation):
      for id in ids { revoke(id, revocation) }
    }
    idempotency.forget(before: entry.at)
    revision = entry.revision
    lastMoment = max(lastMoment, entry.at)
  }

  /// Makes the changes visible, and gives back memory that nobody sees any more.
  mutating func publish() {
    shared.tokenCount.store(tokenCount, ordering: .relaxed)
    shared.revision.store(revision.rawValue, ordering: .releasing)
    reclaim()
  }

  mutating func reclaim() {
    for item in retirement.collect() {
      switch item {
      case .memory(let memory): unsafe memory.deallocate()
      case .access(let number):
        shared.access.withdraw(number)
        accessNumbers.reuse(number)
      case .credential(let number): freeCredentials.append(number)
      }
    }
  }

  /// The token is as the record says, whether or not it was there. A value that it had and keeps, be
  /// it as the previous one, is found by readers all the while.
  mutating func put(_ record: TokenRecord) {
    let old = credential(of: record.id)
    let held = [old, old.flatMap { shared.details.details($0)?.previous }].compactMap { $0 }
    if let old { countForOwner(of: old, -1) }
    let end = record.expiresAt?.microseconds ?? CredentialSlab.never
    let previous = record.credentials.previous.flatMap {
      $0.digest == record.credentials.current
        ? nil : settle($0.digest, record, end: min($0.validUntil.microseconds, end), among: held)
    }
    let number = settle(record.credentials.current, record, end: end, among: held)
    publishDetails(record, number, previous: previous)
    if number != old {
      let hash = shared.hashing.hash(record.id)
      shared.idIndex.insert(number, hash: hash, retiring: &retirement)
      if let old { shared.idIndex.remove(old, hash: hash) }
      order.put(number, id: record.id) { shared.slab.line($0).id }
    }
    if let previous { withdrawDetails(previous) }
    for gone in held where gone != number && gone != previous { withdraw(gone) }
    countForOwner(of: number, 1)
    lastID = max(lastID, record.id)
  }

  /// The credential of one of the token's values: one that it holds already, with what the record says
  /// of it now, or a new one.
  private mutating func settle(
    _ digest: Digest, _ record: TokenRecord, end: Int64, among held: [CredentialNumber]
  ) -> CredentialNumber {
    guard let number = held.first(where: { shared.slab.line($0).holds(digest) }) else {
      return add(digest, record, end: end)
    }
    let line = shared.slab.line(number)
    let before = line.facts
    let after = facts(for: record)
    line.set(end: end)
    line.set(facts: after)
    releaseAccess(before.access)
    return number
  }

  /// A user's tokens count until they are revoked.
  private mutating func countForOwner(of number: CredentialNumber, _ step: Int) {
    let facts = shared.slab.line(number).facts
    guard !facts.isRevoked, let owner = shared.access.withAccess(facts.access, { $0.key.owner })
    else { return }
    let count = tokensOfOwner[owner, default: 0] + step
    tokensOfOwner[owner] = count == 0 ? nil : count
  }

  private mutating func revoke(_ id: TokenID, _ revocation: Revocation) {
    guard let number = credential(of: id), var record = record(number), record.revocation == nil
    else { return }
    record.revocation = revocation
    record.version += 1
    put(record)
  }

  /// A new credential for a digest, in the index.
  private mutating func add(
    _ digest: Digest, _ record: TokenRecord, end: Int64
  ) -> CredentialNumber {
    let number = takeNumber()
    shared.slab.memory.grow(toInclude: Int(number.rawValue))
    shared.details.grow(toInclude: number)
    shared.slab.line(number).initialize(
      digest: digest, id: record.id, end: end, facts: facts(for: record))
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
    countForOwner(of: number, -1)
    order.remove(id: id) { shared.slab.line($0).id }
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
    releaseAccess(facts.access)
    withdrawDetails(number)
    retirement.retire(.credential(number))
  }

  private mutating func withdrawDetails(_ number: CredentialNumber) {
    if let memory = unsafe shared.details.withdraw(number) {
      unsafe retirement.retire(.memory(memory))
    }
  }

  private mutating func facts(for record: TokenRecord) -> CredentialFacts {
    let key = AccessKey(record)
    let (access, isNew) = accessNumbers.hold(key)
    if isNew {
      shared.access.publish(CompiledAccess(key, directory: shared.directory), as: access)
    }
    let environment = record.environment.map {
      shared.directory.environments[$0] ?? .unknown
    }
    return CredentialFacts(
      kind: record.kind, access: access, environment: environment ?? .none,
      isRevoked: record.revocation != nil)
  }

  private mutating func releaseAccess(_ number: AccessNumber) {
    let key = shared.access.withAccess(number) { $0.key }
    if accessNumbers.release(number, key) { retirement.retire(.access(number)) }
  }

  private mutating func publishDetails(
    _ record: TokenRecord, _ number: CredentialNumber, previous: CredentialNumber?
  ) {
    let packed = PackedDetails.pack(
      record, createdBy: actors.number(of: record.createdBy),
      revokedBy: record.revocation.map { actors.number(of: $0.by) }, previous: previous)
    if let memory = unsafe shared.details.publish(packed, for: number) {
      unsafe retirement.retire(.memory(memory))
    }
  }
}
