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

  /// The token is as the record says, whether or not it was there.
  mutating func put(_ record: TokenRecord) {
    let existing = credential(of: record.id)
    if let existing, shared.slab.line(existing).holds(record.credentials.current) {
      change(existing, to: record)
      return
    }
    if let existing { remove(existing, id: record.id) }
    let previous = record.credentials.previous.map {
      add($0.digest, record, end: $0.validUntil.microseconds)
    }
    let number = add(
      record.credentials.current, record,
      end: record.expiresAt?.microseconds ?? CredentialSlab.never)
    publishDetails(record, number, previous: previous)
    shared.idIndex.insert(number, hash: shared.hashing.hash(record.id), retiring: &retirement)
    order.put(number, id: record.id) { shared.slab.line($0).id }
    if let owner = record.owner { tokensOfOwner[owner, default: 0] += 1 }
    lastID = max(lastID, record.id)
  }

  private mutating func revoke(_ id: TokenID, _ revocation: Revocation) {
    guard let number = credential(of: id), var record = record(number), record.revocation == nil
    else { return }
    record.revocation = revocation
    record.version += 1
    change(number, to: record)
  }

  /// The same value, with other facts: every word changes at once, the narrowing ones first.
  private mutating func change(_ number: CredentialNumber, to record: TokenRecord) {
    let old = shared.details.details(number)
    var previous = old?.previous
    if let gone = previous, record.credentials.previous?.digest != shared.slab.line(gone).digest {
      withdraw(gone)
      previous = nil
    }
    for credential in [number, previous].compactMap({ $0 }) {
      let line = shared.slab.line(credential)
      let before = line.facts
      line.set(facts: facts(for: record))
      releaseAccess(before.access)
    }
    shared.slab.line(number).set(
      end: record.expiresAt?.microseconds ?? CredentialSlab.never)
    publishDetails(record, number, previous: previous)
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
    let owner = shared.access.withAccess(shared.slab.line(number).facts.access) { $0.key.owner }
    if let owner {
      let count = tokensOfOwner[owner, default: 1] - 1
      tokensOfOwner[owner] = count == 0 ? nil : count
    }
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
    facts.word |= CredentialFacts.revoked
    line.set(facts: facts)
    releaseAccess(facts.access)
    if let memory = unsafe shared.details.withdraw(number) {
      unsafe retirement.retire(.memory(memory))
    }
    retirement.retire(.credential(number))
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
