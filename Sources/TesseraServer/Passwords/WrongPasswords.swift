import TesseraModel

/// Wrong passwords in a row, by who tries, and how long the next attempt has to wait for them. A
/// plain value: the time comes from outside, on the monotonic clock in nanoseconds.
///
/// Sign-ins are counted by the name that they give, whether there is such a user or not: so a wait
/// does not tell who exists. Confirmations are counted by caller and user.
struct WrongPasswords<Name: Hashable & Sendable>: Sendable {
  private struct Streak: Sendable {
    var wrong: Int
    /// When the last of them was.
    var last: Int64
  }

  private var streaks: [Name: Streak] = [:]

  /// How many names are remembered.
  var count: Int { streaks.count }

  /// How long an attempt for this name has to wait yet, in nanoseconds; nil where it need not.
  func wait(_ name: Name, now: Int64) -> Int64? {
    guard let streak = streaks[name], streak.wrong >= Limits.wrongPasswordsAtOnce else {
      return nil
    }
    let wait = streak.last + WrongPasswords.wait(after: streak.wrong) - now
    return wait > 0 ? wait : nil
  }

  mutating func noteWrong(_ name: Name, now: Int64) {
    if streaks[name] == nil, streaks.count >= Limits.namesWithWrongPasswords { forgetOldest() }
    streaks[name, default: Streak(wrong: 0, last: now)].wrong += 1
    streaks[name]?.last = now
  }

  mutating func noteRight(_ name: Name) { streaks[name] = nil }

  /// The wait between the last of so many wrong passwords and the next: it doubles with each.
  private static func wait(after wrong: Int) -> Int64 {
    let longest = Limits.longestPasswordWait.nanoseconds
    let doublings = wrong - Limits.wrongPasswordsAtOnce
    guard doublings < 32 else { return longest }
    return min(Limits.firstPasswordWait.nanoseconds << doublings, longest)
  }

  /// Walks over all of them, once for each wrong password at most: scrypt, which found it wrong,
  /// took far longer.
  private mutating func forgetOldest() {
    guard let oldest = streaks.min(by: { $0.value.last < $1.value.last }) else { return }
    streaks[oldest.key] = nil
  }
}

extension Refusal {
  /// - Parameter nanoseconds: how long the next attempt has to wait.
  static func passwordTooSoon(_ nanoseconds: Int64, field: String) -> Refusal {
    Refusal(
      .resourceExhausted,
      "too many wrong passwords for this user in a row; wait before the next attempt",
      field: field, retryAfterMilliseconds: UInt32(clamping: (nanoseconds + 999_999) / 1_000_000))
  }
}
