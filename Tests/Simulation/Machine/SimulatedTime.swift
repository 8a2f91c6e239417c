import Synchronization
import TesseraSystem

/// A clock that stands still until it is moved.
package final class SimulatedTime: TimeSource {
  private let wall: Atomic<Int64>
  private let monotonic = Atomic<Int64>(1_000_000_000)

  /// - Parameter microseconds: since 1970-01-01T00:00:00Z.
  package init(at microseconds: Int64) { wall = Atomic(microseconds) }

  package func wallMicroseconds() -> Int64 { wall.load(ordering: .relaxed) }
  package func monotonicNanoseconds() -> Int64 { monotonic.load(ordering: .relaxed) }

  package func advance(microseconds: Int64) {
    wall.add(microseconds, ordering: .relaxed)
    monotonic.add(microseconds * 1_000, ordering: .relaxed)
  }

  /// Somebody sets the wall's clock.
  package func set(backBy microseconds: Int64) { wall.subtract(microseconds, ordering: .relaxed) }
  package func set(to microseconds: Int64) { wall.store(microseconds, ordering: .relaxed) }
}
