import TesseraCrypto
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// An authority's state and the journal that makes it last, brought together from a data directory:
/// what the server serves, and what the offline commands work on.
public struct Authority<D: Disk>: ~Copyable {
  public let engine: Engine
  private var journal: Journal<D>

  /// Loads the state and makes the journal ready for more.
  ///
  /// - Parameters:
  ///   - segmentBytes: a segment of the journal that has reached this is followed by a new one.
  ///   - reserveBytes: room on the disk that is kept for revocations.
  ///   - eventsKept: how many events are kept, each token of one counted.
  ///   - eventsKeptFor: how long they are; nil is for ever.
  ///   - clock: what the start makes of the clock.
  ///   - hashKey: random; it keeps the choice of buckets in the engine unknown.
  /// - Throws: whatever keeps the state from being whole; nothing is served then.
  public init(
    _ directory: consuming DataDirectory<D>, segmentBytes: Int = 64 << 20,
    reserveBytes: Int = 16 << 20,
    eventsKept: Int = Limits.defaultEvents,
    eventsKeptFor: Duration? = Limits.defaultEventAge,
    clock: StartClock = .unchecked,
    hashKey: (UInt64, UInt64) = (SecureRandom.word(), SecureRandom.word())
  ) throws(JournalError) {
    let engine = Engine(hashKey: hashKey)
    engine.keepEvents(count: eventsKept, for: eventsKeptFor ?? Limits.lifetime)
    var recovering = RecoveringEngine(engine)
    journal = try Journal(
      opening: directory,
      Journal<D>.Configuration(
        segmentBytes: segmentBytes, reserveBytes: reserveBytes, clock: clock),
      into: &recovering)
    recovering.finish(at: journal.lastRevision, highestTime: journal.highestTime)
    self.engine = engine
  }

  public var recovery: RecoveryReport { journal.recovery }

  var id: AuthorityID { journal.authority }

  consuming func takeJournal() -> Journal<D> { journal }

  public consuming func close() throws(JournalError) { try journal.seal() }

  /// Makes an ADMIN token for whoever holds the data directory, durable when it returns.
  ///
  /// - Parameters:
  ///   - value: as `TokenValue.make` makes it; kept on disk by the caller before.
  ///   - command: the offline command, for the token's `createdBy`.
  ///   - entropy: random, from which the id is made.
  public mutating func issueRootToken(
    _ value: [UInt8], command: String, now: Timestamp,
    entropy: UInt64 = SecureRandom.word()
  ) throws(JournalError) -> TokenID {
    var batch = engine.makeBatch(now: now)
    let id = batch.issueRootToken(
      digest: unsafe SHA256.digest(of: value.span.bytes), entropy: entropy,
      command: command)
    // On a full disk it is what the operator needs to make room by.
    try journal.append(batch.entries, to: .reserve)
    engine.apply(batch.entries)
    return id
  }
}

/// The engine as recovery fills it.
struct RecoveringEngine: RecoverySink {
  private let engine: Engine
  private var entries: [JournalEntry] = []
  private var hasStarted = false
  private static let entriesAtOnce = 512

  init(_ engine: Engine) { self.engine = engine }

  mutating func beginSnapshot() { engine.beginRestore() }
  mutating func restore(_ entry: RegistryEntry) { engine.restore(entry) }
  mutating func restore(_ user: consuming UserRecord) { engine.restore(user) }
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {
    engine.restore(record, usage: usage)
  }
  mutating func restore(_ entry: IdempotencyEntry) { engine.restore(entry) }
  mutating func restore(_ event: consuming Event) { engine.restore(event) }

  mutating func replay(_ entry: consuming JournalEntry) {
    if !hasStarted {
      engine.startReplay(
        after: Revision(rawValue: entry.revision.rawValue - 1), highestTime: .earliest)
      hasStarted = true
    }
    entries.append(entry)
    if entries.count == RecoveringEngine.entriesAtOnce { apply() }
  }

  /// Everything was read.
  mutating func finish(at revision: Revision, highestTime: Timestamp) {
    apply()
    engine.startReplay(after: revision, highestTime: highestTime)
    // Where the clock was accepted, times of changes that were replayed give way to it.
    engine.believe(highestTime)
  }

  private mutating func apply() {
    engine.apply(entries)
    entries.removeAll(keepingCapacity: true)
  }
}
