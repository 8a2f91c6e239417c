import TesseraModel

/// The newest events, in order of their revisions, as many and as old as are kept.
///
/// An event of many tokens counts as each of them, so that the count bounds the memory. The oldest
/// are dropped as others come. Those that are merely old are dropped when somebody says what time
/// it is: the times of events may be of a clock that was ahead for a moment.
struct EventLog {
  /// Events in a block: the last block grows, the first one shrinks, and nothing else ever moves.
  private static let blockSize = 512

  /// No block is empty.
  private var blocks: [[PackedEvent]] = []
  /// Those of the first block that were dropped: all of it never are.
  private var dropped = 0
  /// Of those that are kept.
  private(set) var weight = 0
  private(set) var count = 0
  private(set) var last: Revision?

  private var mostWeight = Limits.defaultEvents
  private var age = Limits.defaultEventAge

  /// Adds an event that follows those that are there. One that is there already changes nothing: a
  /// snapshot holds events of changes that are replayed after it.
  mutating func add(_ event: Event, _ actors: inout ActorNames) {
    if let last, event.revision <= last { return }
    last = event.revision
    let packed = PackedEvent(event, by: actors.hold(event.actor))
    if blocks.isEmpty || blocks[blocks.count - 1].count == EventLog.blockSize {
      blocks.append([])
      blocks[blocks.count - 1].reserveCapacity(EventLog.blockSize)
    }
    blocks[blocks.count - 1].append(packed)
    count += 1
    weight += packed.weight
    dropExcess(&actors)
  }

  /// How many are kept from here on, and for how long; a greater number brings nothing back.
  mutating func keep(count: Int, for age: Duration, _ actors: inout ActorNames) {
    mostWeight = max(1, min(count, Limits.events))
    self.age = age
    dropExcess(&actors)
  }

  /// One event stays, whatever it weighs.
  private mutating func dropExcess(_ actors: inout ActorNames) {
    while count > 1, weight > mostWeight { dropFirst(&actors) }
  }

  /// Drops the oldest of those that are too old at `now`, `limit` at most, and says whether there
  /// may be more. One event stays, however old.
  mutating func dropOld(at now: Timestamp, limit: Int, _ actors: inout ActorNames) -> Bool {
    for _ in 0..<limit {
      guard count > 1, blocks[0][dropped].at + age <= now else { return false }
      dropFirst(&actors)
    }
    return true
  }

  private mutating func dropFirst(_ actors: inout ActorNames) {
    weight -= blocks[0][dropped].weight
    actors.release(blocks[0][dropped].actor)
    count -= 1
    dropped += 1
    if dropped == blocks[0].count {
      blocks.removeFirst()
      dropped = 0
    }
  }

  /// How many of the oldest are too old, and have not been dropped yet.
  func tooOld(at now: Timestamp) -> Int { places { $0.at + age <= now } }

  /// The events by their places among those that are kept, the oldest at 0.
  subscript(place: Int) -> PackedEvent {
    // Every block is full but the last one.
    let index = place + dropped
    return blocks[index / EventLog.blockSize][index % EventLog.blockSize]
  }

  /// How many there are for which `isBefore` is true, which are the oldest.
  func places(where isBefore: (PackedEvent) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func event(_ packed: PackedEvent, _ actors: ActorNames) -> Event {
    Event(
      revision: packed.revision, at: packed.at, actor: actors[packed.actor], kind: packed.kind,
      subject: packed.subject.value, changes: packed.changes.value)
  }
}
