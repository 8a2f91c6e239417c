import TesseraEngine
import TesseraModel

/// When the authority looks for tokens that ended long ago: at the start and from then on one
/// bounded batch a minute, from the oldest token to the newest and then again. A plain value: the
/// time comes from outside.
struct PurgeSchedule {
  /// Between two batches, on the monotonic clock in nanoseconds.
  static let interval: Int64 = 60_000_000_000

  private let age: Duration?
  private var next: Int64
  private var after: TokenID?

  /// - Parameters:
  ///   - age: how long tokens are kept that ended; nil is for ever.
  ///   - now: on the monotonic clock in nanoseconds, as every moment here but the command's.
  init(after age: Duration?, now: Int64) {
    self.age = age
    next = now
  }

  /// How long to wait for other work.
  func timeoutMilliseconds(now: Int64) -> Int32 {
    guard age != nil else { return -1 }
    return Int32(clamping: max(0, (next - now + 999_999) / 1_000_000))
  }

  /// What is to be purged; nil where it is not time.
  ///
  /// - Parameter time: what the wall's clock says.
  mutating func command(now: Int64, time: Timestamp) -> PurgeCommand? {
    guard let age, now >= next else { return nil }
    next = now + PurgeSchedule.interval
    return PurgeCommand(endedBefore: time + (.zero - age), after: after)
  }

  /// The batch is durable, and the next goes on after `token`; from the oldest where it is nil.
  mutating func note(_ token: TokenID?) { after = token }
}
