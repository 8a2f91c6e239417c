import TesseraEngine
import TesseraModel

/// A few records that were copied out of the engine, of one kind.
enum SnapshotSlice: Sendable {
  case entries([RegistryEntry])
  case users([UserRecord])
  case tokens([StoredToken])
  case idempotency([IdempotencyEntry])
  case events([Event])
}

/// Everything that a snapshot holds, slice by slice, in the order that its writer asks for.
///
/// A slice that is not full is the last of its kind. Were there more to come until none is left,
/// changes that are made meanwhile could keep a snapshot from ever ending; and it needs none of
/// them.
struct SnapshotSlices: Sendable {
  /// What is copied next, and after which record.
  private enum Place {
    case entries(Int, after: String?)
    case users(after: UserID?)
    case tokens(after: TokenID?)
    case idempotency(from: Int)
    case events(after: Revision?)
    case end
  }

  /// Records that are copied while the engine's lock is held.
  private let records: Int

  private let engine: Engine
  private var place = Place.entries(0, after: nil)
  /// Set once the last slice was given: no change after it is in any slice, and none is later. It
  /// is read after the last record.
  private(set) var end: (revision: Revision, time: Timestamp)?

  init(of engine: Engine, records: Int = 64) {
    self.engine = engine
    self.records = records
  }

  /// Copies the next records, perhaps none where a kind ends; nil after the last.
  mutating func next() -> SnapshotSlice? {
    switch place {
    case .entries(let index, let last): entries(index, after: last)
    case .users(let last): users(after: last)
    case .tokens(let last): tokens(after: last)
    case .idempotency(let start): idempotency(from: start)
    case .events(let last): events(after: last)
    case .end: noSlice()
    }
  }

  private mutating func noSlice() -> SnapshotSlice? {
    end = end ?? (engine.appliedRevision, engine.lastMoment)
    return nil
  }

  private mutating func entries(_ index: Int, after last: String?) -> SnapshotSlice {
    let types = RegistryType.allCases
    let entries = engine.entries(types[index], after: last, limit: records)
    if entries.count == records {
      place = .entries(index, after: entries.last?.key.text)
    } else {
      place = index + 1 < types.count ? .entries(index + 1, after: nil) : .users(after: nil)
    }
    return .entries(entries)
  }

  private mutating func users(after last: UserID?) -> SnapshotSlice {
    let users = engine.users(after: last, limit: records)
    place = users.count == records ? .users(after: users.last?.id) : .tokens(after: nil)
    return .users(users)
  }

  private mutating func tokens(after last: TokenID?) -> SnapshotSlice {
    let tokens = engine.records(after: last, limit: records)
    place =
      tokens.count == records ? .tokens(after: tokens.last?.record.id) : .idempotency(from: 0)
    return .tokens(tokens)
  }

  private mutating func idempotency(from start: Int) -> SnapshotSlice {
    let (entries, next) = engine.idempotencyEntries(from: start, limit: records)
    place = next.map { .idempotency(from: $0) } ?? .events(after: nil)
    return .idempotency(entries)
  }

  /// Up to those that were made while other kinds were copied, so that none is missing of a change
  /// that is in what was copied before.
  private mutating func events(after last: Revision?) -> SnapshotSlice {
    let events = engine.events(after: last, limit: records)
    place = events.count == records ? .events(after: events.last?.revision) : .end
    return .events(events)
  }
}
