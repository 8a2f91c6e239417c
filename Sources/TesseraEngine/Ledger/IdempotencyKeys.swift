import TesseraModel

/// The keys that Issue calls carried, for as long as each is kept.
struct IdempotencyKeys {
  private var entries: [Digest: IdempotencyEntry] = [:]
  /// In the order they were put, which is nearly the order in which they end. A key that was put
  /// again stands here twice, so that it holds up nobody behind it.
  private var oldest: [(key: Digest, keptUntil: Timestamp)] = []
  private var dropped = 0
  /// How many places there were before the first of `oldest`, so that a place keeps its number.
  private var forgotten = 0

  subscript(key: Digest) -> IdempotencyEntry? { entries[key] }

  var count: Int { entries.count }

  var all: some Collection<IdempotencyEntry> { entries.values }

  /// The entries at the next `limit` places from `place` on, and where to go on; nil after the
  /// last. What is put meanwhile comes later.
  func slice(from place: Int, limit: Int) -> (entries: [IdempotencyEntry], next: Int?) {
    let start = max(place - forgotten, dropped)
    let end = min(start + limit, oldest.count)
    guard start < end else { return ([], nil) }
    var slice: [IdempotencyEntry] = []
    for (key, keptUntil) in oldest[start..<end] {
      if let entry = entries[key], entry.keptUntil == keptUntil { slice.append(entry) }
    }
    return (slice, end + forgotten)
  }

  mutating func put(_ entry: IdempotencyEntry) {
    let before = entries.updateValue(entry, forKey: entry.key)
    if before?.keptUntil != entry.keptUntil { oldest.append((entry.key, entry.keptUntil)) }
  }

  /// Forgets keys that have ended, a few at each call, so that no call waits for many.
  mutating func forget(before now: Timestamp) {
    for _ in 0..<2 {
      guard dropped < oldest.count, oldest[dropped].keptUntil <= now else { break }
      let key = oldest[dropped].key
      if let entry = entries[key], entry.keptUntil <= now { entries[key] = nil }
      dropped += 1
    }
    if dropped > 4096, dropped > oldest.count / 2 {
      oldest.removeFirst(dropped)
      forgotten += dropped
      dropped = 0
    }
  }
}
