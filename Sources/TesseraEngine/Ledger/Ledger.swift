import TesseraModel

/// What the writer knows beyond what readers see: names behind numbers, the order of creation, used
/// idempotency keys, and what waits to be reclaimed. Behind one lock, which no validation takes.
struct Ledger: ~Copyable {
  let shared: SharedState
  var order = CreationOrder()
  var actors = ActorNames()
  var accessNumbers = AccessNumbers()
  var idempotency = IdempotencyKeys()
  var events = EventLog()
  var registry = Registry()
  var dependents = Dependents()
  var owners = Owners()
  /// CLIENT and FRONTEND tokens that name the project, by that or in a list; and those for all.
  var tokensOfProject: [ProjectID: CreationOrder] = [:]
  var tokensOfAllProjects = CreationOrder()
  /// How many certificates hold each set of rights.
  var certificates: [AccessNumber: UInt32] = [:]
  var stale = StaleRights()
  /// How many tokens that are not revoked one user may have, and have made for projects.
  var tokensPerOwner = Limits.tokensPerOwner
  var keysPerCaller = Limits.idempotencyKeysPerCaller
  /// The last moment at which the clock could be believed: no key that is kept longer is forgotten,
  /// whatever the clock says.
  var believedMoment = Timestamp.earliest
  var retirement: Retirement

  /// Credentials' numbers: the next that was never used, and those to be used again.
  var nextCredential: UInt32 = 0
  var freeCredentials: [CredentialNumber] = []

  var revision = Revision.zero
  /// The greatest id and moment of any change: new ids and moments are not before.
  var lastID = TokenID(high: 0, low: 0)
  var lastMoment = Timestamp.earliest {
    didSet { shared.lastMoment.store(lastMoment.microseconds, ordering: .relaxed) }
  }
  /// When the next change is made at the earliest: after the removal of a user later than that, so
  /// that what the next one of that id does can be told from what the former did.
  var nextMoment = Timestamp.earliest

  init(shared: SharedState) {
    self.shared = shared
    retirement = Retirement(epochs: shared.epochs)
  }

  var tokenCount: Int { order.count }

  /// The user's tokens that are not revoked.
  func tokenCount(of owner: UserID) -> Int { owners[owner]?.liveTokens ?? 0 }
  /// Those of tokens, and those that wait to be used again.
  var credentialsTaken: Int { Int(nextCredential) - freeCredentials.count }

  func id(of number: CredentialNumber) -> TokenID { shared.slab.line(number).id }

  /// The current credential of a token.
  func credential(of id: TokenID) -> CredentialNumber? {
    shared.credential(of: id)
  }

  /// The credential that answers to a digest, current or previous.
  func credential(holding digest: Digest) -> CredentialNumber? {
    shared.credentialIndex.find(shared.hashing.hash(digest)) { shared.slab.line($0).holds(digest) }
  }

  func record(_ id: TokenID) -> TokenRecord? {
    guard let number = credential(of: id) else { return nil }
    return record(number)
  }

  /// The whole record of a token, put together from where its parts are kept.
  func record(_ number: CredentialNumber) -> TokenRecord? {
    guard let details = shared.details.details(number) else { return nil }
    let line = shared.slab.line(number)
    let facts = line.facts
    let key = shared.access.withAccess(facts.access) { $0.key }
    let revocation = details.revocation.map {
      Revocation(at: $0.at, by: actors[$0.by], reason: $0.reason)
    }
    let previous = details.previous.map { number in
      let line = shared.slab.line(number)
      return Credentials.Previous(
        digest: line.digest, isUnchecked: line.facts.isUnchecked,
        validUntil: details.previousValidUntil)
    }
    return TokenRecord(
      id: line.id, kind: facts.kind, name: details.name, description: details.description,
      owner: key.owner, projects: key.projects,
      environment: registry.name(of: facts.environment),
      scopes: key.scopes, permissions: key.permissions, createdAt: details.createdAt,
      createdBy: actors[details.createdBy],
      expiresAt: line.end == CredentialSlab.never ? nil : Timestamp(microseconds: line.end),
      credentials: Credentials(
        current: line.digest, isUnchecked: facts.isUnchecked, previous: previous),
      revocation: revocation, version: details.version)
  }
}
