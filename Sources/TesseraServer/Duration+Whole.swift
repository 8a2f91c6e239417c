/// Times of the configuration, which may be of any length, as the numbers that clocks and the
/// kernel take: what does not fit is the longest that does.
extension Duration {
  /// Whole nanoseconds.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, isFar) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isFarther) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    guard !isFar, !isFarther else { return self < .zero ? .min : .max }
    return sum
  }

  /// Whole milliseconds to wait in one call to the kernel. Never less than one: a thread that did
  /// not wait at all would keep a core busy, and a negative number waits for ever.
  var waitMilliseconds: Int32 { Int32(clamping: max(1, nanoseconds / 1_000_000)) }
}
