import Logging
import Synchronization
import TesseraModel

/// Tells the log of passwords and values that were refused to who tried to authenticate: at most a
/// line a minute, with how many there were, so that guessing is seen and fills no disk.
///
/// It names a user where the name is one. Any other may be a password that was typed into the wrong
/// field.
final class RefusalLog: Sendable {
  private struct Gathered {
    var passwords = 0
    var tokens = 0
    var lastUser: UserID?
    var nextLine = Int64.min
  }

  private let gathered = Mutex(Gathered())
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  /// - Parameter user: nil where there is none of the name that was given.
  func notePassword(of user: UserID?) {
    gathered.withLock {
      $0.passwords += 1
      $0.lastUser = user ?? $0.lastUser
    }
  }

  func noteToken() { gathered.withLock { $0.tokens += 1 } }

  /// Writes the line, where there is something to say and the last was a minute ago.
  ///
  /// - Parameter now: on the monotonic clock, in nanoseconds.
  func report(_ now: Int64) {
    let line = gathered.withLock { gathered -> Gathered? in
      guard gathered.passwords + gathered.tokens > 0, now >= gathered.nextLine else { return nil }
      defer { gathered = Gathered(nextLine: now + RefusalLog.interval) }
      return gathered
    }
    guard let line else { return }
    var metadata: Logger.Metadata = [
      "passwords": "\(line.passwords)", "tokens": "\(line.tokens)",
    ]
    if let user = line.lastUser { metadata["last_user"] = "\(user)" }
    logger.warning("wrong passwords, or values of no token, were shown", metadata: metadata)
  }

  private static let interval: Int64 = 60_000_000_000
}
