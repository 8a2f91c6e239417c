import TesseraModel

/// The keys that Issue calls carried, for as long as each is kept, and how many there are of each
/// caller.
struct IdempotencyKeys {
  private struct Kept {
    var entry: IdempotencyEntry
    /// nil where nobody knows: the token is gone.
    var caller: ActorNumber?
  }

  private var entries: [Digest: Kept] = [:]
  private var callers = ActorNames()
  /// In the order they were put, which is nearly the order in which they end. A key that was put
  /// again stands here twice, so that it holds up nobody behind it.
  private var oldest: [(key: Digest, keptUntil: Timestamp)] = []
  private var dropped = 0
  /// How many places there were before the first of `oldest`, so that a place keeps its number.
  private var forgotten = 0

  subscript(key: Digest) -> IdempotencyEntry? { entries[key]?.entry }

  var count: Int { entries.count }
  /// Those of one caller, whatever token a user came through.
  func count(of caller: Actor) -> Int { callers.holders(of: caller.withoutToken) }

  var all: some Collection<IdempotencyEntry> { entries.values.map(\.entry) }

  /// The entries at the next `limit` places from `place` on, and where to go on; nil after the
  /// last. What is put meanwhile comes later.
  func slice(from place: Int, limit: Int) -> (entries: [IdempotencyEntry], next: Int?) {
    let start = max(place - forgotten, dropped)
    let end = min(start + limit, oldest.count)
    guard start < end else { return ([], nil) }
    var slice: [IdempotencyEntry] = []
    for (key, keptUntil) in oldest[start..<end] {
      if let entry = self[key], entry.keptUntil == keptUntil { slice.append(entry) }
    }
    return (slice, end + forgotten)
  }

  /// - Parameter caller: whose key it is; nil where nobody knows.
  mutating func put(_ entry: IdempotencyEntry, of caller: Actor?) {
    let kept = Kept(entry: entry, caller: caller.map { callers.hold($0.withoutToken) })
    let before = entries.updateValue(kept, forKey: entry.key)
    if let caller = before?.caller { callers.release(caller) }
    if before?.entry.keptUntil != entry.keptUntil { oldest.append((entry.key, entry.keptUntil)) }
  }

  /// Forgets keys that have ended, `limit` at most, and says whether there may be more: no call
  /// waits for many.
  @discardableResult
  mutating func forget(before now: Timestamp, limit: Int) -> Bool {
    for _ in 0..<limit {
      guard dropped < oldest.count, oldest[dropped].keptUntil <= now else { return false }
      let key = oldest[dropped].key
      if let kept = entries[key], kept.entry.keptUntil <= now {
        entries[key] = nil
        if let caller = kept.caller { callers.release(caller) }
      }
      dropped += 1
      if dropped > 4096, dropped > oldest.count / 2 {
        oldest.removeFirst(dropped)
        forgotten += dropped
        dropped = 0
      }
    }
    return true
  }
}

extension Actor {
  /// The same for a user whatever token they came through.
  var withoutToken: Actor {
    if case .user(let user, _) = self { .user(user, through: nil) } else { self }
  }
}

extension Engine {
  /// Lets keys go that are not kept any longer at `now`, a moment that can be believed: some at
  /// once, the rest with the changes that follow.
  public func forgetOldKeys(at now: Timestamp) {
    ledger.withLock { $0.believedMoment = max($0.believedMoment, now) }
    // Others have the lock between the slices.
    for _ in 0..<16 {
      guard ledger.withLock({ $0.idempotency.forget(before: $0.believedMoment, limit: 2_048) })
      else { return }
    }
  }
}
