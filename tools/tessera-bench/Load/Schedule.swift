/// The open loop: calls are due at a fixed rate, whatever the server does. Latency is counted from
/// when a call was due, so that a stall counts for every call that it delays, not only for those
/// that happened to be in flight.
struct Schedule {
  private let start: Int64
  private let callsPerSecond: Double
  /// Calls that were sent.
  private(set) var taken: Int64 = 0

  /// - Parameter start: on the monotonic clock, in nanoseconds.
  init(start: Int64, callsPerSecond: Double) {
    self.start = start
    self.callsPerSecond = callsPerSecond
  }

  /// Calls that are due by `now` and were not sent.
  func waiting(at now: Int64) -> Int64 {
    max(0, Int64(Double(now - start) / 1e9 * callsPerSecond) - taken)
  }

  /// Takes the next call, and says when it was due.
  mutating func take() -> Int64 {
    defer { taken += 1 }
    return start + Int64(Double(taken) / callsPerSecond * 1e9)
  }
}
