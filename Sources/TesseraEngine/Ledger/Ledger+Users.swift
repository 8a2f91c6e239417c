import TesseraModel

/// Users: their rights follow what their records and their roles say, and their tokens follow them.
extension Ledger {
  /// The user is as the record says, whether or not they existed.
  mutating func put(_ user: UserRecord) {
    owners.list(user.id)
    let (old, number, wasActive) = owners.change(user.id) { owner in
      let (old, wasActive) = (owner.record, owner.isActive)
      if user.password != old?.password { owner.passwordVersion += 1 }
      owner.record = user
      return (old, owner.number, wasActive)
    }
    dependents.replace(old, by: user, of: number)
    publishRights(of: user.id)
    if wasActive == user.isDisabled { flagTokens(of: user.id) }
  }

  /// The user is no more, whose tokens are revoked. Whoever has that id next is somebody else.
  mutating func finishRemoval(of id: UserID) {
    guard let owner = owners[id], let record = owner.record else { return }
    dependents.replace(record, by: nil, of: owner.number)
    shared.users.withdraw(
      owner.number, hash: shared.hashing.hash(id.text), retiring: &retirement)
    owners.unlist(id)
    let next = owners.takeNumber()
    shared.users.grow(toInclude: next)
    let accesses = owners.change(id) { owner in
      owner.record = nil
      owner.number = next
      return owner.accesses
    }
    stale.accesses += accesses
  }

  mutating func recompile(_ number: UserNumber) {
    if let id = shared.users.withRights(number, { $0.id }) { publishRights(of: id) }
  }

  private mutating func publishRights(of id: UserID) {
    guard let owner = owners[id], let record = owner.record else { return }
    let rights = UserRights(
      record, number: owner.number,
      passwordVersion: record.password == nil ? nil : owner.passwordVersion, registry: &registry)
    shared.users.publish(rights, hash: shared.hashing.hash(id.text), retiring: &retirement)
  }

  /// Says in each of the owner's tokens whether the owner lets it open anything.
  private func flagTokens(of id: UserID) {
    guard let owner = owners[id] else { return }
    for number in owner.tokens.all {
      for credential in [number, shared.details.details(number)?.previous].compactMap({ $0 }) {
        let line = shared.slab.line(credential)
        var facts = line.facts
        facts.isOwnerInactive = !owner.isActive
        line.set(facts: facts)
      }
    }
  }
}
