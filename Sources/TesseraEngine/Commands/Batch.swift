import TesseraModel

/// Changes that were decided together and are not applied yet. What is decided next must take them
/// into account, although no reader sees them before they are on disk.
public struct Batch: Sendable {
  /// The moment of every change in it: never before that of a change already made, whatever the clock
  /// says.
  public let now: Timestamp
  public private(set) var entries: [JournalEntry] = []

  private var nextRevision: Revision
  private var lastID: TokenID
  private var tokens: [TokenID: TokenRecord] = [:]
  private var byDigest: [Digest: TokenID] = [:]
  private var idempotency: [Digest: IdempotencyEntry] = [:]
  /// How many more tokens that are not revoked a user has after the batch; less than 0 for fewer.
  private var addedForOwner: [UserID: Int] = [:]

  init(now: Timestamp, after revision: Revision, lastID: TokenID) {
    self.now = now
    nextRevision = revision.next
    self.lastID = lastID
  }

  /// A new id: after every other, and unguessable. nil where no id is left after the greatest there is.
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

  mutating func put(_ record: TokenRecord, by actor: Actor, _ entry: IdempotencyEntry?) {
    tokens[record.id] = record
    byDigest[record.credentials.current] = record.id
    if let owner = record.owner { addedForOwner[owner, default: 0] += 1 }
    if let entry { idempotency[entry.key] = entry }
    append(.putToken(record, idempotency: entry), by: actor)
  }

  /// A token that is there already, with the same owner, and not revoked.
  mutating func change(_ record: TokenRecord, by actor: Actor) {
    tokens[record.id] = record
    byDigest[record.credentials.current] = record.id
    append(.putToken(record, idempotency: nil), by: actor)
  }

  mutating func revoke(_ records: [TokenRecord], _ revocation: Revocation) {
    for var record in records {
      if let owner = record.owner { addedForOwner[owner, default: 0] -= 1 }
      record.revocation = revocation
      record.version += 1
      tokens[record.id] = record
    }
    append(.revokeTokens(records.map(\.id), revocation), by: revocation.by)
  }

  /// The tokens it changes, as it leaves them.
  var records: some Collection<TokenRecord> { tokens.values }

  func token(_ id: TokenID) -> TokenRecord? { tokens[id] }
  func token(holding digest: Digest) -> TokenID? { byDigest[digest] }
  func idempotencyEntry(_ key: Digest) -> IdempotencyEntry? { idempotency[key] }
  func added(for owner: UserID) -> Int { addedForOwner[owner] ?? 0 }

  /// Whether the batch ends what the caller authenticated with: revokes the token, lets it expire, or
  /// gives it another value.
  func hasEnded(_ caller: Caller) -> Bool {
    guard case .token(let id, let digest, _) = caller, let record = tokens[id] else { return false }
    return record.state(at: now) != .active || !record.credentials.holds(digest, at: now)
  }

  /// The revision of the last change that was decided.
  public var lastRevision: Revision {
    entries.last?.revision ?? Revision(rawValue: nextRevision.rawValue - 1)
  }

  private mutating func append(_ mutation: Mutation, by actor: Actor) {
    entries.append(
      JournalEntry(revision: nextRevision, at: now, actor: actor, mutation: mutation))
    nextRevision = nextRevision.next
  }
}
