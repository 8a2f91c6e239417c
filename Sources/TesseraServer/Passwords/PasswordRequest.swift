import TesseraEngine
import TesseraModel
import TesseraWire

/// A call that needs scrypt, on its way to the thread that has the time for it.
struct PasswordRequest: Sendable {
  enum Purpose: Sendable {
    /// An Authenticate by name and password: the user whose password is right becomes the
    /// connection's caller.
    case signIn
    /// A change, to be decided once its caller's password was checked, where `check` asks for that,
    /// and the new password in it was hashed, where there is one.
    case change(CommitRequest, newPassword: Secret?)
  }

  let purpose: Purpose
  let check: PasswordCheck?
  /// Whose turn it takes.
  let party: Party
  /// On the monotonic clock in nanoseconds; nil for none.
  let deadline: Int64?
  let reply: ReplyAddress

  /// A stranger's, who is to hold up nobody that is known.
  var isStrangers: Bool { if case .signIn = purpose { true } else { false } }
}

/// A password that somebody gave as a user's.
struct PasswordCheck: Sendable {
  let user: UserID
  let password: Secret
  /// Of the request's field, for whoever is refused.
  let field: String
  /// What the connection remembers where it is right; nil for a sign-in, which is known by its
  /// caller.
  let confirmation: Confirmations.Key?
}
