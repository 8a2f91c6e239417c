import TesseraModel

/// What a start makes of the clock.
///
/// Tokens that have expired stay so only while time goes on. So a clock that is far behind the
/// highest time the authority ever saw stops the start: it would bring them back.
public enum StartClock: Equatable, Sendable {
  /// The clock says this, and has to show that it can be believed.
  case checked(Timestamp)
  /// The clock says this and is right, whatever was recorded: the highest time seen is this one.
  case accepted(Timestamp)
  /// Nobody asks what time it is: the directory is looked at, and not served.
  case unchecked

  /// - Throws: `.clockBehind`.
  func check(against highest: Timestamp) throws(JournalError) {
    guard case .checked(let now) = self, now + Limits.clockBehind < highest else { return }
    throw .clockBehind(now: now, highest: highest)
  }

  /// The highest time that counts, of that which was recorded.
  public func highest(recorded: Timestamp) -> Timestamp {
    guard case .accepted(let now) = self else { return recorded }
    return min(recorded, now)
  }
}
