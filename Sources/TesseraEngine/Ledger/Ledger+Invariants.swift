import TesseraModel

/// What must always hold. For tests, after every step.
extension Ledger {
  /// Every token is found every way there is, every credential's place is in use, waiting or free,
  /// and every set of rights has as many holders as it counts.
  ///
  /// - Parameter isWhole: false in the middle of a recovery, where names may precede what they
  ///   name.
  func checkInvariants(isWhole: Bool = true) {
    var inUse: Set<CredentialNumber> = []
    var holders = certificates
    var indexes = ExpectedIndexes()
    var unchecked = 0
    let numbers = order.elements(after: nil, limit: .max) { id(of: $0) }
    var last: TokenID?
    for number in numbers {
      let id = id(of: number)
      if let last { precondition(last < id, "out of order") }
      last = id
      precondition(credential(of: id) == number, "not found by id")
      guard let record = record(number), let details = shared.details.details(number) else {
        preconditionFailure("no details")
      }
      indexes.add(record, number)
      for credential in [number, details.previous].compactMap({ $0 }) {
        let line = shared.slab.line(credential)
        precondition(inUse.insert(credential).inserted, "one place, two values")
        precondition(!line.facts.isWithdrawn && line.id == id)
        precondition(line.facts.isRevoked == (record.revocation != nil))
        let isOrphan = record.kind == .personal && !isActive(record.owner)
        precondition(line.facts.isOwnerInactive == isOrphan, "the owner's flag is wrong")
        precondition(self.credential(holding: line.digest) == credential, "not found by value")
        precondition(
          shared.access.withAccess(line.facts.access) { $0.key } == AccessKey(record))
        holders[line.facts.access, default: 0] += 1
        if line.facts.isUnchecked { unchecked += 1 }
      }
    }
    precondition(numbers.count == order.count)
    checkActors(numbers)
    check(indexes)
    precondition(unchecked == shared.uncheckedCount.load(ordering: .relaxed))
    accessNumbers.checkInvariants(holders: holders) { number in
      shared.access.withAccess(number) { $0.key }
    }
    checkNames(of: holders.keys, isWhole: isWhole)
    checkPlaces(inUse, tokens: numbers.count)
    shared.credentialIndex.checkInvariants(count: inUse.count)
    shared.idIndex.checkInvariants(count: numbers.count)
  }

  /// Every actor is held by as many events and tokens as name them.
  private func checkActors(_ tokens: [CredentialNumber]) {
    var counted: [ActorNumber: UInt32] = [:]
    for number in tokens {
      guard let details = shared.details.details(number) else { continue }
      counted[details.createdBy, default: 0] += 1
      if let by = details.revokedBy { counted[by, default: 0] += 1 }
    }
    for place in 0..<events.count { counted[events[place].actor, default: 0] += 1 }
    precondition(actors.count == counted.count, "actors whom nobody holds")
    for (number, count) in counted {
      precondition(
        actors.holders[Int(number.rawValue)] == count, "an actor's holders are miscounted")
    }
  }

  /// No credential's place is lost, none is in use twice, and what is free holds no memory.
  private func checkPlaces(_ inUse: Set<CredentialNumber>, tokens: Int) {
    let waiting = retirement.pending.compactMap {
      if case .credential(let number) = $0 { number } else { nil }
    }
    let idle = Set(freeCredentials + waiting)
    precondition(idle.count == freeCredentials.count + waiting.count, "freed twice")
    precondition(idle.isDisjoint(with: inUse), "free and in use")
    precondition(
      freeCredentials.allSatisfy { shared.usage.usage(of: $0) == .none }, "free and used")
    precondition(idle.count + inUse.count == Int(nextCredential), "a place is lost")
    let withDetails = (0..<nextCredential).count {
      shared.details.details(CredentialNumber(rawValue: $0)) != nil
    }
    precondition(withDetails == tokens, "details without a token")
  }
}

extension AccessNumbers {
  func checkInvariants(
    holders counted: [AccessNumber: UInt32], keyOf: (AccessNumber) -> AccessKey
  ) {
    for (key, number) in numbers {
      precondition(counted[number] != nil, "rights that nobody holds")
      precondition(keyOf(number) == key, "rights under another's key")
    }
    for (number, count) in counted {
      // Not all are found by their key: of rights that became equal, the one that is may go first.
      precondition(holders[Int(number.rawValue)] == count, "holders are miscounted")
    }
    precondition(holders.count { $0 > 0 } == counted.count, "holders that are nobody")
  }
}

extension ConcurrentIndex {
  /// Every table keeps an empty place, which ends a search, and the counts are those of its
  /// entries.
  func checkInvariants(count: Int) {
    var total = 0
    for shard in 0..<ConcurrentIndex.shardCount {
      let table = Table(word: unsafe shards[shard].load(ordering: .relaxed))
      var (liveEntries, usedPlaces) = (0, 0)
      for place in 0...table.mask {
        let entry = unsafe table.entries[place].load(ordering: .relaxed)
        if entry != 0 { usedPlaces += 1 }
        if entry != 0, entry & 0xffff_ffff != ConcurrentIndex.removed { liveEntries += 1 }
      }
      precondition(liveEntries == live[shard] && usedPlaces == used[shard], "miscounted")
      precondition(usedPlaces <= table.mask, "no empty place")
      total += liveEntries
    }
    precondition(total == count, "entries that nobody filed")
  }
}
