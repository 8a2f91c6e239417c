import TesseraModel

/// Changes that were decided together and are not applied yet. What is decided next must take them
/// into account, although no reader sees them before they are on disk.
public struct Batch: Sendable {
  /// The moment of every change in it: never before that of a change already made, whatever the
  /// clock says.
  public let now: Timestamp
  public private(set) var entries: [JournalEntry] = []
  /// Whether it takes no more commands: what comes after a change to the registry, to a user or to
  /// what a user's token may do is decided over what that change leaves, and so in another batch.
  public private(set) var isClosed = false

  private var nextRevision: Revision
  private var lastID: TokenID
  private var tokens: [TokenID: TokenRecord] = [:]
  private var removed: Set<TokenID> = []
  private var byDigest: [Digest: TokenID] = [:]
  /// How many values there may be after it that there were not before.
  private(set) var newValues = 0
  private var idempotency: [Digest: IdempotencyEntry] = [:]
  /// How many more tokens that are not revoked a user has after the batch; less than 0 for fewer.
  private var addedForOwner: [UserID: Int] = [:]
  /// The same of tokens for projects that a user made.
  private var madeByUser: [UserID: Int] = [:]
  private var keysOfCaller: [Actor: Int] = [:]

  init(now: Timestamp, after revision: Revision, lastID: TokenID) {
    self.now = now
    nextRevision = revision.next
    self.lastID = lastID
  }

  /// A new id: after every other, and unguessable. nil where no id is left after the greatest there
  /// is.
  mutating func makeID(entropy: UInt64) -> TokenID? {
    let milliseconds = UInt64(max(0, now.microseconds / 1000)) & 0xffff_ffff_ffff
    // Multiplied, so that the sixteen bits there are not simply the lower word's again.
    let spread = entropy &* 0x9e37_79b9_7f4a_7c15
    let made = TokenID(high: milliseconds << 16 | spread >> 48, low: entropy)
    // Ids of one millisecond go up by a random step, so that one does not tell its neighbour.
    let (low, carry) = lastID.low.addingReportingOverflow(1 + entropy >> 16)
    let (high, isOver) = lastID.high.addingReportingOverflow(carry ? 1 : 0)
    guard !isOver else { return nil }
    lastID = max(made, TokenID(high: high, low: low))
    return lastID
  }

  mutating func put(
    _ record: TokenRecord, by actor: Actor, _ entry: IdempotencyEntry?, _ changes: [FieldChange]
  ) {
    hold(record)
    if let entry {
      idempotency[entry.key] = entry
      keysOfCaller[actor.withoutToken, default: 0] += 1
    }
    append(.putToken(record, idempotency: entry), .tokenIssued, changes, by: actor)
  }

  /// A new token that counts from here on; its change follows with others in `putHeld`.
  mutating func hold(_ record: TokenRecord) {
    note(record)
    count(record, 1)
  }

  private mutating func count(_ record: TokenRecord, _ step: Int) {
    if let owner = record.owner { addedForOwner[owner, default: 0] += step }
    if let maker = record.maker { madeByUser[maker, default: 0] += step }
  }

  /// Tokens that are held, in one change.
  mutating func putHeld(_ records: [TokenRecord], by actor: Actor) {
    append(.putTokens(records), .tokenImported, FieldChange.common(to: records), by: actor)
  }

  /// A token that is there already, with the same owner, and not revoked.
  mutating func change(
    _ record: TokenRecord, _ kind: EventKind, by actor: Actor, _ changes: [FieldChange]
  ) {
    note(record)
    append(.putToken(record, idempotency: nil), kind, changes, by: actor)
  }

  mutating func revoke(_ records: [TokenRecord], _ revocation: Revocation) {
    for var record in records {
      count(record, -1)
      record.revoke(revocation)
      tokens[record.id] = record
    }
    append(
      .revokeTokens(records.map(\.id), revocation), .tokenRevoked,
      FieldChange.reason(revocation.reason), by: revocation.by)
  }

  /// Tokens that are there and have ended.
  mutating func remove(_ records: [TokenRecord], endedBefore: Timestamp, by actor: Actor) {
    for record in records {
      if record.revocation == nil { count(record, -1) }
      tokens[record.id] = nil
      removed.insert(record.id)
    }
    append(
      .removeTokens(records.map(\.id)), .tokenPurged,
      [FieldChange.purged(endedBefore: endedBefore)], by: actor)
  }

  /// An entry of the registry, new or changed.
  mutating func put(
    _ entry: RegistryEntry, _ kind: EventKind, by actor: Actor, _ changes: [FieldChange]
  ) {
    append(.putEntry(entry), kind, changes, by: actor)
    close()
  }

  /// A user, new or changed.
  mutating func put(
    _ user: UserRecord, _ kind: EventKind, by actor: Actor, _ changes: [FieldChange]
  ) {
    append(.putUser(user), kind, changes, by: actor)
    close()
  }

  /// An entry of the registry, with all that names it.
  mutating func remove(_ key: RegistryKey, _ revocation: Revocation, revoking tokens: [TokenID]) {
    tell(tokens, revocation)
    append(
      .removeEntry(key, revocation), .entryRemoved, FieldChange.revoked(tokens.count),
      by: revocation.by)
    close()
  }

  /// A user, with their tokens.
  mutating func remove(_ user: UserID, _ revocation: Revocation, revoking tokens: [TokenID]) {
    tell(tokens, revocation)
    append(
      .removeUser(user, revocation), .userRemoved, FieldChange.revoked(tokens.count),
      by: revocation.by)
    close()
  }

  /// Says of tokens that end with something else that they do: their events are how people learn
  /// why one ended. The removal alone would revoke them too; both are one write, which is on disk
  /// whole or not at all. As many are named as one Revoke may end, so that no event is larger.
  private mutating func tell(_ tokens: [TokenID], _ revocation: Revocation) {
    guard !tokens.isEmpty else { return }
    append(
      .revokeTokens(Array(tokens.prefix(Limits.tokensPerRevoke)), revocation), .tokenRevoked,
      FieldChange.reason(revocation.reason), by: revocation.by)
  }

  mutating func close() { isClosed = true }

  private mutating func note(_ record: TokenRecord) {
    tokens[record.id] = record
    byDigest[record.credentials.current] = record.id
    newValues += 1
  }

  /// The tokens it changes, as it leaves them.
  var records: some Collection<TokenRecord> { tokens.values }

  func token(_ id: TokenID) -> TokenRecord? { tokens[id] }
  func hasRemoved(_ id: TokenID) -> Bool { removed.contains(id) }
  /// Whether the batch changes or removes the token: then the applied state does not count.
  func holds(_ id: TokenID) -> Bool { tokens[id] != nil || removed.contains(id) }
  func token(holding digest: Digest) -> TokenID? { byDigest[digest] }
  func idempotencyEntry(_ key: Digest) -> IdempotencyEntry? { idempotency[key] }
  func added(for owner: UserID) -> Int { addedForOwner[owner] ?? 0 }
  func made(by maker: UserID) -> Int { madeByUser[maker] ?? 0 }
  func keys(of caller: Actor) -> Int { keysOfCaller[caller.withoutToken] ?? 0 }

  /// Whether the batch ends what the caller authenticated with: revokes the token, lets it expire,
  /// or gives it another value.
  func hasEnded(_ caller: Caller) -> Bool {
    if case .acting(_, let through) = caller { return hasEnded(through) }
    guard case .token(let id, let digest, _, _) = caller, let record = tokens[id] else {
      return false
    }
    return record.state(at: now) != .active || !record.credentials.holds(digest, at: now)
  }

  /// The revision of the last change that was decided.
  public var lastRevision: Revision {
    entries.last?.revision ?? Revision(rawValue: nextRevision.rawValue - 1)
  }

  private mutating func append(
    _ mutation: Mutation, _ kind: EventKind, _ changes: [FieldChange] = [], by actor: Actor
  ) {
    entries.append(
      JournalEntry(
        revision: nextRevision, at: now, actor: actor, kind: kind, changes: changes,
        mutation: mutation))
    nextRevision = nextRevision.next
  }
}
