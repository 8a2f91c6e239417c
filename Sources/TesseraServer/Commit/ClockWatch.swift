import TesseraModel

/// Whether the wall's clock can be believed where that destroys something. A plain value: the times
/// come from outside.
///
/// By a clock that is ahead every token has expired, and long ago; what is purged by it does not
/// come back when the clock is set right. So nothing is deleted before the wall's clock has gone
/// along with the monotonic one for all of a trial, in this process: long enough for somebody to
/// set it right. What is on disk is no witness: changes made by such a clock tell its time, and the
/// next start finds them.
struct ClockWatch {
  /// Between two looks, on the monotonic clock in nanoseconds.
  static let interval: Int64 = 60_000_000_000
  /// A start by a clock that is further ahead of the highest time seen is worth a warning.
  static let longAbsence: Duration = .seconds(24 * 3600)

  private let trial: Int64
  /// What the clocks said together when the trial began.
  private var began: (wall: Timestamp, monotonic: Int64)
  private var nextLook: Int64
  /// Whether the clock was set ahead, and may be set back.
  private var isSuspect = false

  /// - Parameter monotonic: in nanoseconds, as every moment here but the wall's.
  init(trial: Duration, wall: Timestamp, monotonic: Int64) {
    self.trial = trial.nanoseconds
    began = (wall, monotonic)
    nextLook = monotonic
  }

  func timeoutMilliseconds(monotonic: Int64) -> Int32 {
    Int32(clamping: max(0, (nextLook - monotonic + 999_999) / 1_000_000))
  }

  /// The clock may be ahead, for a reason that it cannot know of.
  mutating func suspect() { isSuspect = true }

  /// By how much somebody set the clock since the trial began, which then begins anew; nil where
  /// the two go along.
  mutating func look(wall: Timestamp, monotonic: Int64) -> Duration? {
    let expected = began.wall + .nanoseconds(monotonic - began.monotonic)
    let step = Duration.microseconds(wall.microseconds - expected.microseconds)
    if step >= .zero - Limits.clockBehind, step <= Limits.clockBehind {
      if isBelieved(monotonic: monotonic) { isSuspect = false }
      return nil
    }
    began = (wall, monotonic)
    isSuspect = step > .zero
    return step
  }

  /// Whether something may be deleted for being old.
  func isBelieved(monotonic: Int64) -> Bool { monotonic - began.monotonic >= trial }

  /// Whether the time counts as seen although no change was made at it.
  var isSteady: Bool { !isSuspect }

  /// Whether it is time for what is done by the minute.
  mutating func isDue(monotonic: Int64) -> Bool {
    guard monotonic >= nextLook else { return false }
    nextLook = monotonic + ClockWatch.interval
    return true
  }
}
