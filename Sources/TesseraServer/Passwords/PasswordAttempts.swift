import TesseraModel

/// Wrong passwords, of strangers who try to sign in and of callers who are known. They are counted
/// apart, so that nobody makes a user's confirmations wait from outside.
struct PasswordAttempts: Sendable {
  private var signIns = WrongPasswords<UserID>()
  private var confirmations = WrongPasswords<Confirmations.Key>()

  /// How long the attempt has to wait yet, in nanoseconds; nil where it need not.
  func wait(_ check: PasswordCheck, now: Int64) -> Int64? {
    if let key = check.confirmation { return confirmations.wait(key, now: now) }
    return signIns.wait(check.user, now: now)
  }

  mutating func note(_ check: PasswordCheck, isRight: Bool, now: Int64) {
    switch (check.confirmation, isRight) {
    case (nil, true): signIns.noteRight(check.user)
    case (nil, false): signIns.noteWrong(check.user, now: now)
    case (let key?, true): confirmations.noteRight(key)
    case (let key?, false): confirmations.noteWrong(key, now: now)
    }
  }
}
