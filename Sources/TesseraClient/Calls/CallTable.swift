import TesseraModel

/// The calls under way on one connection, by their numbers. A plain value: what it is told happened
/// to the connection, and what it returns is to be done.
///
/// A call that was cancelled, or whose deadline passed, is nobody's any more but keeps its number
/// until the authority has answered it: every request is answered once, and the authority counts it
/// until then too.
struct CallTable: ~Copyable {
  /// What a response came to.
  enum Answer {
    /// Somebody waits for it.
    case finished(Call)
    /// The call was given up before.
    case givenUp
    /// No call has the number: it never had, or it was answered already.
    case unknownNumber
  }

  private enum Entry {
    case waiting(Call)
    case givenUp
  }

  /// Numbers below are for the connection's own calls.
  static let firstNumber: UInt32 = 2

  private var entries: [CallNumber: Entry] = [:]
  private var nextNumber = CallTable.firstNumber
  private let limit: Int
  /// Calls that somebody waits for.
  private(set) var waitingCount = 0
  /// No call's deadline is before this. May be too early after calls have ended, never too late.
  private(set) var earliestDeadline: Instant?
  /// The connection is to end: what is under way is answered, and nothing more is sent.
  private(set) var isDraining = false

  init(limit: Int = Limits.callsInFlight) {
    precondition(limit > 0)
    self.limit = limit
  }

  var hasRoom: Bool { !isDraining && entries.count < limit }

  /// Whether calls that were given up take all the room: the authority does not answer.
  var isClogged: Bool { waitingCount == 0 && entries.count == limit }

  /// Takes a call up and gives it a number that no other call under way has.
  ///
  /// - Precondition: there is room.
  mutating func begin(_ call: Call) -> CallNumber {
    precondition(hasRoom, "a call was begun on a full or ending connection")
    var number = CallNumber(rawValue: nextNumber)
    while entries[number] != nil { number = CallTable.following(number) }
    nextNumber = CallTable.following(number).rawValue
    entries[number] = .waiting(call)
    waitingCount += 1
    earliestDeadline = min(earliestDeadline ?? call.deadline, call.deadline)
    return number
  }

  /// A response to `number` came.
  mutating func answer(_ number: CallNumber) -> Answer {
    switch entries.removeValue(forKey: number) {
    case .waiting(let call):
      waitingCount -= 1
      return .finished(call)
    case .givenUp: return .givenUp
    case nil: return .unknownNumber
    }
  }

  /// Gives a call up; nil where it is not under way here. The authority is to be told, by a cancel
  /// of the number.
  mutating func cancel(_ id: CallID) -> (number: CallNumber, call: Call)? {
    for case (let number, .waiting(let call)) in entries where call.id == id {
      giveUp(number)
      return (number, call)
    }
    return nil
  }

  /// Gives up the calls whose deadline has passed. The authority is to be told.
  mutating func takeOverdue(_ now: Instant) -> [(number: CallNumber, call: Call)] {
    guard let earliest = earliestDeadline, earliest <= now else { return [] }
    var overdue: [(number: CallNumber, call: Call)] = []
    earliestDeadline = nil
    for case (let number, .waiting(let call)) in entries {
      if call.deadline <= now {
        overdue.append((number, call))
      } else {
        earliestDeadline = min(earliestDeadline ?? call.deadline, call.deadline)
      }
    }
    for (number, _) in overdue { giveUp(number) }
    return overdue
  }

  /// The connection is to end: no call begins any more.
  mutating func drain() { isDraining = true }

  /// The connection is lost: nothing is answered any more. The calls in the order they were begun.
  mutating func takeAll() -> [Call] {
    var calls: [Call] = []
    for case (_, .waiting(let call)) in entries { calls.append(call) }
    entries.removeAll()
    waitingCount = 0
    earliestDeadline = nil
    isDraining = true
    return calls.sorted { $0.id.rawValue < $1.id.rawValue }
  }

  private mutating func giveUp(_ number: CallNumber) {
    entries[number] = .givenUp
    waitingCount -= 1
  }

  private static func following(_ number: CallNumber) -> CallNumber {
    CallNumber(rawValue: number.rawValue == .max ? firstNumber : number.rawValue + 1)
  }
}
