/// Where a thread's time comes from: the machine, or a simulation that says what time it is.
public protocol TimeSource: Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z; may jump when somebody sets the clock.
  func wallMicroseconds() -> Int64
  /// Nanoseconds since some moment before; never goes back. For timeouts.
  func monotonicNanoseconds() -> Int64
}

/// The machine's own clocks.
public struct MachineTime: TimeSource {
  public init() {}

  @inlinable public func wallMicroseconds() -> Int64 { SystemClock.wallMicroseconds() }
  @inlinable public func monotonicNanoseconds() -> Int64 { SystemClock.monotonicNanoseconds() }
}
