import TesseraSystem

/// When calls in flight are to be given up: of each connection the earliest deadline, or an earlier
/// moment. A plain value: the time comes from outside, on the monotonic clock in nanoseconds.
///
/// Deadlines are looked at no more often than the resolution says, and a look asks no connection
/// that is not due, but one word for each that has a deadline. So what a look costs is bounded,
/// whatever deadlines callers choose.
struct CallDeadlines {
  static let resolution: Int64 = 10_000_000

  private var earliest: [Poller.Registration: Int64] = [:]
  private var lastLook = Int64.min
  /// When to look next; nil where nothing has a deadline.
  private(set) var next: Int64?

  /// How many connections have calls with deadlines, or had.
  var count: Int { earliest.count }

  mutating func watch(_ connection: Poller.Registration, until deadline: Int64) {
    if let watched = earliest[connection], watched <= deadline { return }
    earliest[connection] = deadline
    note(deadline)
  }

  /// The connection is over.
  mutating func forget(_ connection: Poller.Registration) { earliest[connection] = nil }

  /// The connections with calls that may be overdue. They are not watched any more until they say
  /// so again.
  mutating func takeDue(_ now: Int64) -> [Poller.Registration] {
    guard let next, next <= now else { return [] }
    lastLook = now
    self.next = nil
    var due: [Poller.Registration] = []
    var left: Int64?
    for (connection, deadline) in earliest {
      if deadline <= now { due.append(connection) } else { left = min(left ?? deadline, deadline) }
    }
    for connection in due { earliest[connection] = nil }
    if let left { note(left) }
    return due
  }

  private mutating func note(_ deadline: Int64) {
    let look = max(deadline, lastLook + CallDeadlines.resolution)
    next = min(next ?? look, look)
  }
}
