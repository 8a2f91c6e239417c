import Synchronization
import TesseraModel

/// The authority's state: who holds which tokens, and what they open.
///
/// Reading to validate goes through an `EngineReader`, one a thread, and never waits. Everything
/// else takes one lock: deciding a command, applying a change, and listing. Time and randomness
/// come from outside, and digests are given: the same inputs make the same state.
public final class Engine: Sendable {
  let shared: SharedState
  let ledger: Mutex<Ledger>
  /// Held while a batch is decided. The thread that answers lists passes through between two slices,
  /// and so takes one for each batch at most.
  private let deciding = Mutex(())

  /// An authority without tokens and users.
  ///
  /// - Parameters:
  ///   - hashKey: random; it keeps the choice of buckets unknown.
  ///   - registry: what it begins with.
  public init(hashKey: (UInt64, UInt64), registry: [RegistryEntry] = RegistryEntry.builtIn) {
    let shared = SharedState(hashing: SipHash(key0: hashKey.0, key1: hashKey.1))
    self.shared = shared
    ledger = Mutex(Ledger(shared: shared))
    ledger.withLock {
      for entry in registry { $0.put(entry) }
      while !$0.settle() {}
    }
  }

  /// A reader for one more thread, for as long as the engine lives.
  public func makeReader() -> EngineReader { EngineReader(of: self) }

  public var revision: Revision { Revision(rawValue: shared.revision.load(ordering: .acquiring)) }
  /// The last change that may be in a record that is read. `revision` comes to it when all rights
  /// are compiled that the change makes stale, which others may look in the midst of.
  public var appliedRevision: Revision { ledger.withLock { $0.revision } }
  public var tokenCount: Int { ledger.withLock { $0.tokenCount } }

  // MARK: Changing, for the committer

  /// Decides many commands, none of which waits for a slice of a long walk but the first.
  public func undisturbed<Result: Sendable>(_ body: () -> Result) -> Result {
    deciding.withLock { _ in body() }
  }

  /// Waits until no batch is being decided: called between two slices of a long walk.
  public func letChangesPass() { deciding.withLock { _ in } }

  /// An empty batch over the state as it is.
  public func makeBatch(now: Timestamp) -> Batch {
    ledger.withLock {
      Batch(now: max(now, $0.nextMoment), after: $0.revision, lastID: $0.lastID)
    }
  }

  /// - Precondition: the batch is not closed.
  public func decide(_ command: Command, by caller: Caller, in batch: inout Batch) -> Outcome {
    var candidates: [TokenRecord] = []
    if case .revoke(let command) = command, case .found(let found, let filter) = command.target {
      candidates = records(found, for: filter, by: caller, in: batch)
    }
    let going = tokensGoing(with: command, by: caller, in: batch)
    return ledger.withLock {
      $0.decide(command, among: candidates, revoking: going, by: caller, in: &batch)
    }
  }

  /// Makes changes that are on disk visible to everyone.
  ///
  /// - Precondition: they follow what is applied, in order and without a gap.
  public func apply(_ entries: [JournalEntry]) {
    var application = Application(entries)
    var isSettled = true
    // Others have the lock between the slices.
    while !application.isEmpty || !isSettled {
      isSettled = ledger.withLock {
        // What a change makes stale is compiled anew before the next is applied.
        if isSettled { $0.apply(&application) }
        return $0.settle()
      }
    }
  }

  /// Gives back memory that was still seen when the last change was applied.
  public func reclaim() { ledger.withLock { $0.reclaim() } }

  // MARK: Recovery

  /// A token from a snapshot. It may be newer than `startReplay`'s revision: entries are
  /// after-images.
  public func restore(_ record: TokenRecord, usage: TokenUsage) {
    ledger.withLock {
      $0.restore(record, usage)
      // Millions may follow; tables that were outgrown need not wait for the last.
      if $0.retirement.freshCount >= 4096 { $0.reclaim() }
    }
  }

  /// A snapshot says what there is: what a new authority begins with is dropped.
  public func beginRestore() {
    ledger.withLock { ledger in
      precondition(
        ledger.tokenCount == 0 && ledger.owners.userCount == 0, "restored into what is in use")
      ledger.dropRegistry()
    }
  }

  public func restore(_ entry: RegistryEntry) {
    ledger.withLock {
      $0.put(entry)
      while !$0.stale.isEmpty { $0.compileStale() }
    }
  }

  public func restore(_ user: UserRecord) {
    ledger.withLock {
      $0.put(user)
      if $0.retirement.freshCount >= 4096 { $0.reclaim() }
    }
  }

  /// An idempotency key from a snapshot, after its token: who made that gave the key.
  public func restore(_ entry: IdempotencyEntry) {
    ledger.withLock { $0.idempotency.put(entry, of: $0.record(entry.token)?.createdBy) }
  }

  /// The snapshot is read; what follows is the journal after `revision`.
  public func startReplay(after revision: Revision, highestTime: Timestamp) {
    ledger.withLock {
      $0.revision = revision
      $0.lastMoment = max($0.lastMoment, highestTime)
      // The last change may have been the removal of a user.
      $0.nextMoment = $0.lastMoment.next
      $0.publish()
    }
  }

  /// The replay is over, and the next changes are made at this moment or later, whatever times
  /// those before had.
  public func believe(_ moment: Timestamp) {
    ledger.withLock {
      $0.lastMoment = moment
      // The last change may have been the removal of a user.
      $0.nextMoment = moment.next
    }
  }

  /// This moment was seen: no change after it, and no later snapshot, tells of an earlier one, and
  /// what has expired by it stays so.
  public func note(_ moment: Timestamp) {
    ledger.withLock {
      $0.lastMoment = max($0.lastMoment, moment)
      $0.nextMoment = max($0.nextMoment, $0.lastMoment)
    }
  }

  // MARK: Reading whole records

  /// What the caller may do now, or at the highest time seen where the clock is behind it; nil where
  /// what it authenticated with has ended.
  public func rights(of caller: Caller, now: Timestamp) -> CallerRights? {
    let now = max(now, lastMoment)
    return ledger.withLock { $0.shared.rights(of: caller, now: now) }
  }

  /// A token as the caller may see it; nil where there is none, or it may not.
  public func token(_ id: TokenID, for rights: CallerRights) -> StoredToken? {
    ledger.withLock { ledger in
      guard let stored = ledger.stored(id), let shown = ledger.shown(stored.record, to: rights)
      else { return nil }
      return StoredToken(record: shown, usage: stored.usage)
    }
  }

  /// A token, whoever asks.
  public func token(_ id: TokenID) -> TokenRecord? { ledger.withLock { $0.record(id) } }

  /// The next of the tokens that a list shows. The lock is held for `examining` tokens at most, so
  /// a long list is many slices.
  public func list(
    after id: TokenID?, examining: Int, limit: Int, _ filter: TokenFilter, for rights: CallerRights,
    now: Timestamp
  ) -> Slice<StoredToken, TokenID> {
    ledger.withLock {
      $0.list(
        after: id, examining: examining, limit: limit, filter, for: rights, now: now)
    }
  }

  /// The next tokens in order of creation, whole, for a snapshot.
  public func records(after id: TokenID?, limit: Int) -> [StoredToken] {
    ledger.withLock { ledger in
      let numbers = ledger.order.elements(after: id, limit: limit) { ledger.id(of: $0) }
      return numbers.map { number in
        // One that was left out would be missing in a snapshot.
        guard let token = ledger.stored(number) else {
          preconditionFailure("the order of creation names a token that is not there")
        }
        return token
      }
    }
  }

  package func idempotencyEntries() -> [IdempotencyEntry] {
    ledger.withLock { Array($0.idempotency.all) }
  }

  /// The next idempotency keys, in the order they were given, for a snapshot: at most `limit` from
  /// `place` on, which is 0 at first; `next` is nil after the last. Keys that are given meanwhile
  /// come later.
  public func idempotencyEntries(
    from place: Int, limit: Int
  ) -> (entries: [IdempotencyEntry], next: Int?) {
    ledger.withLock { $0.idempotency.slice(from: place, limit: limit) }
  }

  /// Traps where the state contradicts itself; for tests.
  ///
  /// - Parameter isWhole: false in the middle of a recovery.
  func checkInvariants(isWhole: Bool = true) {
    ledger.withLock { $0.checkInvariants(isWhole: isWhole) }
  }

  /// Credentials' places: how many there ever were, and how many wait for readers to leave.
  var places: (highest: Int, waiting: Int) {
    ledger.withLock { (Int($0.nextCredential), $0.retirement.pending.count) }
  }

  /// Takes a token out, whatever its state.
  func remove(_ id: TokenID) {
    ledger.withLock {
      if let number = $0.credential(of: id) { $0.remove(number, id: id) }
      $0.publish()
    }
  }

  /// The highest time that was seen, by a change or as `note` was told.
  public var lastMoment: Timestamp {
    Timestamp(microseconds: shared.lastMoment.load(ordering: .relaxed))
  }
}
