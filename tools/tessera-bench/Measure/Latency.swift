import Histogram

/// Durations in a high dynamic range histogram: three significant digits, up to a minute.
struct Latency {
  private static let mostNanoseconds: UInt64 = 60_000_000_000

  private var histogram = Histogram<UInt64>(
    highestTrackableValue: mostNanoseconds, numberOfSignificantValueDigits: .three)
  /// The greatest, exactly.
  private(set) var maxNanoseconds: UInt64 = 0

  var count: UInt64 { histogram.totalCount }

  @inline(__always)
  mutating func record(_ nanoseconds: Int64) {
    let value = UInt64(max(nanoseconds, 0))
    maxNanoseconds = max(maxNanoseconds, value)
    _ = histogram.record(min(value, Latency.mostNanoseconds))
  }

  mutating func add(_ other: Latency) {
    histogram.add(other.histogram)
    maxNanoseconds = max(maxNanoseconds, other.maxNanoseconds)
  }

  /// - Parameter percent: 99.9 for the duration that one in a thousand exceeds.
  func microseconds(percentile percent: Double) -> Double {
    Double(min(histogram.valueAtPercentile(percent), maxNanoseconds)) / 1e3
  }

  var maxMicroseconds: Double { Double(maxNanoseconds) / 1e3 }
}
