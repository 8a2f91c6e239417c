import TesseraModel

/// One use of a call number: the number may be used again while the work for an earlier use goes
/// on.
struct CallTicket: Hashable, Sendable {
  let number: CallNumber
  let method: Method
  /// Counts the calls of the connection.
  let serial: UInt64
  /// Whether a password is checked or hashed for it.
  var needsPassword = false
}

/// The calls of a connection whose answers come from another thread. A plain value.
///
/// A call that was cancelled, or whose deadline has passed, is over for its caller at once. The
/// work for it goes on, so that it counts until that has ended too.
struct CallsInFlight {
  private struct Call {
    var ticket: CallTicket
    /// On the monotonic clock in nanoseconds; nil for none.
    var deadline: Int64?
  }

  private var calls: [CallNumber: Call] = [:]
  private var lastSerial: UInt64 = 0
  /// Calls that are worked on, those included that were given up.
  private(set) var count = 0
  /// Lists among them: few at a time, since each answer may be as large as a frame.
  private(set) var lists = 0
  /// Authenticates among them: one at most.
  private(set) var authentications = 0
  /// Calls among them for which passwords are checked or hashed.
  private(set) var passwords = 0

  /// Whether nobody waits for an answer.
  var isEmpty: Bool { calls.isEmpty }

  func contains(_ number: CallNumber) -> Bool { !calls.isEmpty && calls[number] != nil }

  mutating func begin(
    _ number: CallNumber, _ method: Method, deadline: Int64?, needsPassword: Bool = false
  ) -> CallTicket {
    lastSerial += 1
    let ticket = CallTicket(
      number: number, method: method, serial: lastSerial, needsPassword: needsPassword)
    calls[number] = Call(ticket: ticket, deadline: deadline)
    count += 1
    if method.isList { lists += 1 }
    if method == .authenticate { authentications += 1 }
    if needsPassword { passwords += 1 }
    return ticket
  }

  /// The work for a call has ended; false where nobody waits for its answer any more.
  @discardableResult
  mutating func end(_ ticket: CallTicket) -> Bool {
    count -= 1
    if ticket.method.isList { lists -= 1 }
    if ticket.method == .authenticate { authentications -= 1 }
    if ticket.needsPassword { passwords -= 1 }
    guard calls[ticket.number]?.ticket == ticket else { return false }
    calls[ticket.number] = nil
    return true
  }

  /// Nobody waits for a call any more; false where nobody did.
  mutating func giveUp(_ number: CallNumber) -> Bool {
    calls.removeValue(forKey: number) != nil
  }

  /// Gives up the calls whose deadline has passed.
  mutating func takeOverdue(_ now: Int64) -> [CallNumber] {
    let overdue = calls.filter { $0.value.deadline.map { $0 <= now } ?? false }.map(\.key)
    for number in overdue { calls[number] = nil }
    return overdue
  }

  var earliestDeadline: Int64? { calls.values.compactMap(\.deadline).min() }
}
