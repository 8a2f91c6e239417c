import TesseraSystem

/// A moment on the monotonic clock, for deadlines and waits.
struct Instant: Hashable, Comparable, Sendable {
  var nanoseconds: Int64

  static var now: Instant { Instant(nanoseconds: SystemClock.monotonicNanoseconds()) }

  static func < (a: Instant, b: Instant) -> Bool { a.nanoseconds < b.nanoseconds }

  /// The moment `wait` later; the furthest there is where that is beyond the clock.
  static func + (a: Instant, wait: Duration) -> Instant {
    let (seconds, attoseconds) = wait.components
    let (whole, isTooLong) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLate) = a.nanoseconds.addingReportingOverflow(
      isTooLong ? .max : whole + attoseconds / 1_000_000_000)
    return Instant(nanoseconds: isTooLong || isTooLate ? .max : sum)
  }

  /// Whole milliseconds until `later`, rounded up; 0 where that is past.
  func milliseconds(until later: Instant) -> Int64 {
    guard later > self else { return 0 }
    let (difference, isTooLong) = later.nanoseconds.subtractingReportingOverflow(nanoseconds)
    return isTooLong ? .max : (difference - 1) / 1_000_000 + 1
  }
}
