import TesseraModel

/// Who receives the state at start: first what the snapshot holds, in no order, then every change
/// after its covered revision, in order.
///
/// Changes are after-images: what a change does may be in the snapshot already.
public protocol RecoverySink: ~Copyable {
  mutating func restore(_ record: consuming TokenRecord)
  mutating func restore(_ entry: IdempotencyEntry)
  mutating func replay(_ entry: consuming JournalEntry)
}

/// What a start found and did.
public struct RecoveryReport: Equatable, Sendable {
  /// The covered revision of the snapshot that was loaded; nil where there was none.
  public internal(set) var snapshot: Revision?
  /// Snapshots that were passed over because they are damaged. They were renamed to `….bad`.
  public internal(set) var damagedSnapshots: [Damage] = []
  public internal(set) var tokens = 0
  public internal(set) var idempotencyEntries = 0
  /// Changes that were replayed from the journal, and the bytes of their frames.
  public internal(set) var entries = 0
  public internal(set) var replayedBytes = 0
  public internal(set) var lastRevision = Revision.zero
  /// The highest time of any change: a clock that is behind it must not be believed.
  public internal(set) var highestTime = Timestamp.earliest
  /// Whether the journal ended with a seal, as an orderly stop leaves it.
  public internal(set) var wasSealed = false
  /// What a crash left of a batch that was never acknowledged, if anything.
  public internal(set) var tornTail: TornTail?
}

/// The end of the last segment, which was cut.
public struct TornTail: Equatable, Sendable {
  public var file: String
  public var offset: Int
  public var bytes: Int
  /// Where a copy of what was cut is kept.
  public var copy: String
}
