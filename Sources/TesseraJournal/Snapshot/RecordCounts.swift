/// How many records of each kind a snapshot holds.
public struct RecordCounts: Hashable, Sendable {
  public internal(set) var registryEntries = 0
  public internal(set) var users = 0
  public internal(set) var tokens = 0
  public internal(set) var idempotencyEntries = 0
  public internal(set) var events = 0

  subscript(part: SnapshotPart) -> Int {
    get {
      switch part {
      case .registry: registryEntries
      case .users: users
      case .tokens: tokens
      case .idempotency: idempotencyEntries
      case .events: events
      }
    }
    set {
      switch part {
      case .registry: registryEntries = newValue
      case .users: users = newValue
      case .tokens: tokens = newValue
      case .idempotency: idempotencyEntries = newValue
      case .events: events = newValue
      }
    }
  }
}

/// The parts of a snapshot in the order in which they are written and given back. The numbers are
/// those of the fields of `SnapshotBlock` and `SnapshotFooter`.
///
/// What others name comes before them, so that a reader has most names when it needs them. Events
/// come last: whatever change is in a record before them, they tell of it, unless it is too long
/// ago to be kept.
enum SnapshotPart: UInt32, CaseIterable, Comparable {
  case registry = 1
  case users = 2
  case tokens = 3
  case idempotency = 4
  case events = 5

  static func < (a: SnapshotPart, b: SnapshotPart) -> Bool { a.rawValue < b.rawValue }
}
