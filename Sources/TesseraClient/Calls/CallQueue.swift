/// Calls that wait for a connection, first come first served, and those that wait for their next
/// attempt. A plain value.
struct CallQueue: ~Copyable {
  private struct Delayed {
    var notBefore: Instant
    var call: Call
  }

  /// Those before `head` are gone; nil was taken out from the middle.
  private var ready: [Call?] = []
  private var head = 0
  private var delayed: [Delayed] = []
  private var earliestDeadline: Instant?

  var isEmpty: Bool { head == ready.count && delayed.isEmpty }

  /// Whether a call waits for nothing but a connection.
  var hasReady: Bool { head < ready.count }

  /// When `wake` or `takeOverdue` may have something to do. May be too early, never too late.
  var nextEvent: Instant? {
    guard let waking = delayed.lazy.map(\.notBefore).min() else { return earliestDeadline }
    return min(waking, earliestDeadline ?? waking)
  }

  mutating func append(_ call: Call) {
    note(call)
    ready.append(call)
  }

  /// Waits until `notBefore`, then for a connection.
  mutating func append(_ call: Call, notBefore: Instant) {
    note(call)
    delayed.append(Delayed(notBefore: notBefore, call: call))
  }

  mutating func popFirst() -> Call? {
    while head < ready.count {
      let call = ready[head]
      ready[head] = nil
      head += 1
      if head == ready.count {
        ready.removeAll(keepingCapacity: true)
        head = 0
      } else if head >= 1024, head * 2 >= ready.count {
        ready.removeFirst(head)
        head = 0
      }
      if let call { return call }
    }
    return nil
  }

  /// Makes those ready whose wait is over, in the order their waits end.
  mutating func wake(_ now: Instant) {
    guard delayed.contains(where: { $0.notBefore <= now }) else { return }
    let due = delayed.filter { $0.notBefore <= now }
    delayed.removeAll { $0.notBefore <= now }
    for entry in due.sorted(by: { $0.notBefore < $1.notBefore }) { ready.append(entry.call) }
  }

  /// Takes a call out; nil where it does not wait here.
  mutating func remove(_ id: CallID) -> Call? {
    if let index = ready[head...].firstIndex(where: { $0?.id == id }) {
      let call = ready[index]
      ready[index] = nil
      return call
    }
    guard let index = delayed.firstIndex(where: { $0.call.id == id }) else { return nil }
    return delayed.remove(at: index).call
  }

  /// Takes out the calls whose deadline has passed.
  mutating func takeOverdue(_ now: Instant) -> [Call] {
    guard let earliest = earliestDeadline, earliest <= now else { return [] }
    let left = ready[head...].compactMap { $0 }
    let overdue =
      left.filter { $0.deadline <= now } + delayed.map(\.call).filter { $0.deadline <= now }
    ready = left.filter { $0.deadline > now }
    head = 0
    delayed.removeAll { $0.call.deadline <= now }
    earliestDeadline = nil
    for call in ready { if let call { note(call) } }
    for entry in delayed { note(entry.call) }
    return overdue
  }

  /// Counts a failed attempt to connect against every call that waits for a connection, and takes
  /// out those that have had `attempts` of them.
  mutating func countFailure(attempts: Int) -> [Call] {
    var failed: [Call] = []
    var left: [Call?] = []
    for case var call? in ready[head...] {
      call.failedAttempts += 1
      if call.failedAttempts >= attempts { failed.append(call) } else { left.append(call) }
    }
    ready = left
    head = 0
    return failed
  }

  mutating func takeAll() -> [Call] {
    let all = ready[head...].compactMap { $0 } + delayed.map(\.call)
    ready = []
    head = 0
    delayed = []
    earliestDeadline = nil
    return all
  }

  private mutating func note(_ call: Call) {
    earliestDeadline = min(earliestDeadline ?? call.deadline, call.deadline)
  }
}
