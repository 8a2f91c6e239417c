import TesseraModel

/// The calls of a connection whose answers come from another thread. A plain value.
struct CallsInFlight {
  struct Call {
    var method: Method
    /// On the monotonic clock in nanoseconds; nil for none.
    var deadline: Int64?
  }

  private var calls: [CallNumber: Call] = [:]
  /// Lists are few at a time, since each answer may be as large as a frame.
  private(set) var lists = 0

  var count: Int { calls.count }
  var isEmpty: Bool { calls.isEmpty }

  func contains(_ number: CallNumber) -> Bool { !calls.isEmpty && calls[number] != nil }

  mutating func begin(_ number: CallNumber, _ call: Call) {
    calls[number] = call
    if call.method == .list { lists += 1 }
  }

  /// Ends a call; false where it was over already: cancelled, or past its deadline.
  @discardableResult
  mutating func end(_ number: CallNumber) -> Bool {
    guard let call = calls.removeValue(forKey: number) else { return false }
    if call.method == .list { lists -= 1 }
    return true
  }

  /// Takes out the calls whose deadline has passed.
  mutating func takeOverdue(_ now: Int64) -> [CallNumber] {
    let overdue = calls.filter { $0.value.deadline.map { $0 <= now } ?? false }.map(\.key)
    for number in overdue { end(number) }
    return overdue
  }

  var earliestDeadline: Int64? { calls.values.compactMap(\.deadline).min() }
}
