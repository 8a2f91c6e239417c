import TesseraModel

/// The calls of one connection that wait for their answers, and when each was due. Answers may come
/// in any order: a call's number is its slot's, and slots are used again.
///
/// Invariant: a slot is either in `free`, with `due` negative, or in flight, with a moment in
/// `due`.
struct InFlight {
  private var due: [Int64]
  private var free: [UInt32]

  init(depth: Int) {
    due = Array(repeating: -1, count: depth)
    free = (0..<UInt32(depth)).reversed()
  }

  var count: Int { due.count - free.count }
  var isFull: Bool { free.isEmpty }
  var isEmpty: Bool { free.count == due.count }

  /// A number for one more call.
  ///
  /// - Parameter moment: when it was due, on the monotonic clock in nanoseconds; not negative.
  /// - Precondition: not full.
  mutating func begin(dueAt moment: Int64) -> CallNumber {
    let slot = free.removeLast()
    due[Int(slot)] = moment
    return CallNumber(rawValue: slot + 1)
  }

  /// When the answered call was due; nil where no such call is in flight.
  mutating func end(_ call: CallNumber) -> Int64? {
    let slot = Int(call.rawValue) - 1
    guard due.indices.contains(slot), due[slot] >= 0 else { return nil }
    defer { due[slot] = -1 }
    free.append(UInt32(slot))
    return due[slot]
  }
}
