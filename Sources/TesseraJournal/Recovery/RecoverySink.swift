import TesseraModel

/// Who receives the state at start: first what the snapshot holds, then every change after its
/// covered revision, in order.
///
/// Changes are after-images: what a change does may be in the snapshot already, and what it names
/// may be there or not, since the snapshot was written while changes went on. When all are replayed
/// the state is the right one.
public protocol RecoverySink: ~Copyable {
  /// A snapshot follows, and nothing but what it holds exists: what the sink began with is dropped.
  /// Called once, before any record, and not at all where there is no snapshot.
  mutating func beginSnapshot()
  // The records come in this order.
  mutating func restore(_ entry: RegistryEntry)
  mutating func restore(_ user: consuming UserRecord)
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage)
  mutating func restore(_ entry: IdempotencyEntry)
  /// Events come in order of their revisions, up to the last change that is in any record, or
  /// beyond it. A change that is replayed and is not after the last of them has its event already,
  /// and gets no second.
  mutating func restore(_ event: consuming Event)
  mutating func replay(_ entry: consuming JournalEntry)
}

/// What a start found and did, or of a forecast, what it would do.
public struct RecoveryReport: Equatable, Sendable {
  /// The covered revision of the snapshot that was loaded; nil where there was none.
  public internal(set) var snapshot: Revision?
  /// Snapshots that were passed over because they are damaged. They were renamed to `….bad`.
  public internal(set) var damagedSnapshots: [Damage] = []
  /// What the snapshot held.
  public internal(set) var records = RecordCounts()
  /// Changes that were replayed from the journal, and the bytes of their frames.
  public internal(set) var entries = 0
  public internal(set) var replayedBytes = 0
  public internal(set) var lastRevision = Revision.zero
  /// The highest time that was seen, by a change or a snapshot; the clock's, where that is accepted
  /// although it is behind.
  public internal(set) var highestTime = Timestamp.earliest
  /// Whether a later time was recorded than the clock's, which is accepted: no file tells of that.
  public internal(set) var loweredTime = false
  /// Whether the journal ended with a seal, as an orderly stop leaves it.
  public internal(set) var wasSealed = false
  /// What a crash left of a batch that was never acknowledged, if anything.
  public internal(set) var tornTail: TornTail?
  /// The segment whose end was written because a crash had come before it.
  public internal(set) var unfinishedSegment: String?
}

/// The end of the last segment, which was cut.
public struct TornTail: Equatable, Sendable {
  public var file: String
  public var offset: Int
  public var bytes: Int
  /// Where a copy of what was cut is kept.
  public var copy: String
}
