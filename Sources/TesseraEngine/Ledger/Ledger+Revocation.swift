import TesseraModel

/// Taking away what tokens open, where they are: no record is put together, and none is placed anew.
extension Ledger {
  mutating func revoke(_ id: TokenID, _ revocation: Revocation) {
    if let number = credential(of: id) { revoke(number, revocation) }
  }

  /// Only the first revocation counts.
  mutating func revoke(_ number: CredentialNumber, _ revocation: Revocation) {
    guard let old = shared.details.details(number), old.revokedBy == nil else { return }
    setFacts(of: number, old) { $0.word |= CredentialFacts.revoked }
    let new = old.revoked(
      at: revocation.at, by: actors.hold(revocation.by), reason: revocation.reason)
    // Who created the token is held by the new details from here on.
    if let replaced = shared.details.publish(new, for: number) {
      unsafe retirement.retire(.memory(replaced.memory))
    }
    let access = shared.slab.line(number).facts.access
    if let owner = shared.access.withAccess(access, { $0.key.owner }) {
      owners.change(owner) { $0.liveTokens -= 1 }
    }
    countMade(by: maker(of: number), -1)
  }

  /// A token of an environment that is removed is for none, and revoked.
  mutating func revoke(
    _ number: CredentialNumber, withItsEnvironment revocation: Revocation
  ) {
    revoke(number, revocation)
    guard let details = shared.details.details(number) else { return }
    setFacts(of: number, details) { $0.environment = .none }
  }

  /// A token of a user who is removed is revoked, and its owner is nobody.
  mutating func revoke(_ number: CredentialNumber, withItsOwner revocation: Revocation) {
    revoke(number, revocation)
    guard let details = shared.details.details(number) else { return }
    setFacts(of: number, details) { $0.isOwnerInactive = true }
  }

  /// Whether the token has the project and no list of them.
  func isForOnly(_ project: ProjectID, _ number: CredentialNumber) -> Bool {
    let access = shared.slab.line(number).facts.access
    return shared.access.withAccess(access) { $0.key.projects == .one(project) }
  }

  /// Changes what is said of both values of a token.
  private func setFacts(
    of number: CredentialNumber, _ details: PackedDetails,
    _ change: (inout CredentialFacts) -> Void
  ) {
    func set(_ credential: CredentialNumber) {
      let line = shared.slab.line(credential)
      var facts = line.facts
      change(&facts)
      line.set(facts: facts)
    }
    if let previous = details.previous { set(previous) }
    set(number)
  }
}

extension TokenRecord {
  /// Only the first revocation counts.
  mutating func revoke(_ revocation: Revocation) {
    guard self.revocation == nil else { return }
    self.revocation = revocation
    version += 1
  }
}
