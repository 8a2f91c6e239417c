import Glibc

/// The machine's clocks. Both are read without entering the kernel.
public enum SystemClock {
  /// Microseconds since 1970-01-01T00:00:00Z; may jump when somebody sets the clock.
  @inlinable
  public static func wallMicroseconds() -> Int64 {
    let time = read(CLOCK_REALTIME)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }

  /// Nanoseconds since some moment before the process began; never goes back. For timeouts.
  @inlinable
  public static func monotonicNanoseconds() -> Int64 {
    let time = read(CLOCK_MONOTONIC)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  @inlinable
  static func read(_ clock: clockid_t) -> timespec {
    var time = timespec()
    unsafe _ = clock_gettime(clock, &time)
    return time
  }
}
