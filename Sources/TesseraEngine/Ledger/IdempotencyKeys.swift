import TesseraModel

/// The keys that Issue calls carried, for as long as each is kept.
struct IdempotencyKeys {
  private var entries: [Digest: IdempotencyEntry] = [:]
  /// In the order they were put, which is nearly the order in which they end.
  private var oldest: [Digest] = []
  private var dropped = 0

  subscript(key: Digest) -> IdempotencyEntry? { entries[key] }

  var all: some Collection<IdempotencyEntry> { entries.values }

  mutating func put(_ entry: IdempotencyEntry) {
    if entries.updateValue(entry, forKey: entry.key) == nil { oldest.append(entry.key) }
  }

  /// Forgets keys that have ended, a few at each call, so that no call waits for many.
  mutating func forget(before now: Timestamp) {
    for _ in 0..<2 {
      guard dropped < oldest.count, let entry = entries[oldest[dropped]], entry.keptUntil <= now
      else { break }
      entries[entry.key] = nil
      dropped += 1
    }
    if dropped > 4096, dropped > oldest.count / 2 {
      oldest.removeFirst(dropped)
      dropped = 0
    }
  }
}
