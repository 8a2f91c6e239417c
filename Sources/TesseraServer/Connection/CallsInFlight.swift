import Synchronization
import TesseraModel

/// One use of a call number: the number may be used again while the work for an earlier use goes
/// on.
struct CallTicket: Equatable, Sendable {
  let number: CallNumber
  let method: Method
  /// Counts the calls of the connection.
  let serial: UInt64
  let interest = CallInterest()

  static func == (a: CallTicket, b: CallTicket) -> Bool {
    a.number == b.number && a.serial == b.serial
  }
}

/// Whether anybody waits for a call's answer still: for the threads that have work for it, so that
/// none is done for who has left.
final class CallInterest: Sendable {
  private let isOver = Atomic<Bool>(false)

  var isAlive: Bool { !isOver.load(ordering: .relaxed) }
  func end() { isOver.store(true, ordering: .relaxed) }
}

/// The calls of a connection whose answers come from another thread. A plain value.
///
/// A call that was cancelled, or whose deadline has passed, is over for its caller at once. The
/// work for it may have begun, so that it counts until that has ended too.
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
  /// What the answers to the reads among them may take.
  private(set) var answerBytes = 0
  /// Authenticates among them: one at most.
  private(set) var authentications = 0

  /// Whether nobody waits for an answer.
  var isEmpty: Bool { calls.isEmpty }

  func contains(_ number: CallNumber) -> Bool { !calls.isEmpty && calls[number] != nil }

  mutating func begin(
    _ number: CallNumber, _ method: Method, deadline: Int64?
  ) -> CallTicket {
    lastSerial += 1
    let ticket = CallTicket(number: number, method: method, serial: lastSerial)
    calls[number] = Call(ticket: ticket, deadline: deadline)
    count += 1
    answerBytes += method.longestRead
    if method == .authenticate { authentications += 1 }
    return ticket
  }

  /// The work for a call has ended; false where nobody waits for its answer any more.
  @discardableResult
  mutating func end(_ ticket: CallTicket) -> Bool {
    count -= 1
    answerBytes -= ticket.method.longestRead
    if ticket.method == .authenticate { authentications -= 1 }
    guard calls[ticket.number]?.ticket == ticket else { return false }
    calls[ticket.number] = nil
    return true
  }

  /// Nobody waits for a call any more; false where nobody did.
  mutating func giveUp(_ number: CallNumber) -> Bool {
    guard let call = calls.removeValue(forKey: number) else { return false }
    call.ticket.interest.end()
    return true
  }

  /// The connection is over: nobody waits for any of its calls.
  mutating func giveUpAll() {
    for call in calls.values { call.ticket.interest.end() }
    calls.removeAll()
  }

  /// Gives up the calls whose deadline has passed.
  mutating func takeOverdue(_ now: Int64) -> [CallNumber] {
    let overdue = calls.filter { $0.value.deadline.map { $0 <= now } ?? false }.map(\.key)
    for number in overdue { _ = giveUp(number) }
    return overdue
  }

  var earliestDeadline: Int64? { calls.values.compactMap(\.deadline).min() }
}
