import Synchronization
import TesseraModel

/// The authority's state: who holds which tokens, and what they open.
///
/// Reading to validate goes through an `EngineReader`, one a thread, and never waits. Everything else
/// takes one lock: deciding a command, applying a change, and listing. Time and randomness come from
/// outside, and digests are given: the same inputs make the same state.
public final class Engine: Sendable {
  let shared: SharedState
  let ledger: Mutex<Ledger>

  /// - Parameter hashKey: random; it keeps the choice of buckets unknown.
  public init(hashKey: (UInt64, UInt64), directory: Directory = .builtIn) {
    let shared = SharedState(
      hashing: SipHash(key0: hashKey.0, key1: hashKey.1), directory: directory)
    self.shared = shared
    ledger = Mutex(Ledger(shared: shared))
  }

  /// A reader for one more thread, for as long as the engine lives.
  public func makeReader() -> EngineReader { EngineReader(of: self) }

  public var directory: Directory { shared.directory }
  public var revision: Revision { Revision(rawValue: shared.revision.load(ordering: .acquiring)) }
  public var tokenCount: Int { ledger.withLock { $0.tokenCount } }

  // MARK: Changing, for the committer

  /// An empty batch over the state as it is.
  public func makeBatch(now: Timestamp) -> Batch {
    ledger.withLock {
      Batch(now: max(now, $0.lastMoment), after: $0.revision, lastID: $0.lastID)
    }
  }

  public func decide(_ command: Command, by caller: Caller, in batch: inout Batch) -> Outcome {
    ledger.withLock { $0.decide(command, by: caller, in: &batch) }
  }

  /// Makes changes that are on disk visible to everyone.
  ///
  /// - Precondition: they follow what is applied, in order and without a gap.
  public func apply(_ entries: [JournalEntry]) {
    ledger.withLock {
      for entry in entries {
        precondition(entry.revision == $0.revision.next, "changes out of order")
        $0.apply(entry)
      }
      $0.publish()
    }
  }

  /// Gives back memory that was still seen when the last change was applied.
  public func reclaim() { ledger.withLock { $0.reclaim() } }

  // MARK: Recovery

  /// A token from a snapshot. It may be newer than `startReplay`'s revision: entries are after-images.
  public func restore(_ record: TokenRecord) {
    ledger.withLock {
      $0.put(record)
      // Millions may follow; tables that were outgrown need not wait for the last.
      if $0.retirement.freshCount >= 4096 { $0.reclaim() }
    }
  }

  public func restore(_ entry: IdempotencyEntry) { ledger.withLock { $0.idempotency.put(entry) } }

  /// The snapshot is read; what follows is the journal after `revision`.
  public func startReplay(after revision: Revision, highestTime: Timestamp) {
    ledger.withLock {
      $0.revision = revision
      $0.lastMoment = max($0.lastMoment, highestTime)
      $0.publish()
    }
  }

  // MARK: Reading whole records

  /// A token as the caller may see it; nil where there is none, or it may not.
  public func token(_ id: TokenID, for rights: CallerRights) -> TokenRecord? {
    ledger.withLock { ledger in
      guard let record = ledger.record(id) else { return nil }
      return ledger.shown(record, to: rights)
    }
  }

  /// A token, whoever asks.
  public func token(_ id: TokenID) -> TokenRecord? { ledger.withLock { $0.record(id) } }

  /// The next of the tokens that a list shows. The lock is held for `examining` tokens at most, so a
  /// long list is many slices.
  public func list(
    after id: TokenID?, examining: Int, limit: Int, _ filter: TokenFilter, for rights: CallerRights,
    now: Timestamp
  ) -> ListSlice {
    ledger.withLock {
      $0.list(
        after: id, examining: examining, limit: limit, filter, for: rights, now: now)
    }
  }

  /// The next tokens in order of creation, whole, for a snapshot.
  public func records(after id: TokenID?, limit: Int) -> [TokenRecord] {
    ledger.withLock { ledger in
      let numbers = ledger.order.numbers(after: id, limit: limit) { ledger.id(of: $0) }
      var records: [TokenRecord] = []
      for number in numbers {
        if let record = ledger.record(number) { records.append(record) }
      }
      return records
    }
  }

  public func idempotencyEntries() -> [IdempotencyEntry] {
    ledger.withLock { Array($0.idempotency.all) }
  }

  /// Traps where the state contradicts itself; for tests.
  func checkInvariants() { ledger.withLock { $0.checkInvariants() } }

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

  public var lastMoment: Timestamp { ledger.withLock { $0.lastMoment } }
}
