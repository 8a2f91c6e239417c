import TesseraEngine
import TesseraModel

/// Which users gave their password again on one connection, and when. A plain value: the time comes
/// from outside, on the monotonic clock in nanoseconds.
struct Confirmations {
  /// Of one user, by one caller: through one's own token it says nothing about another's.
  struct Key: Hashable, Sendable {
    let actor: Actor
    /// Who is removed and created anew is somebody else, and another password another secret.
    let session: UserSession
  }

  private var given: [Key: Int64] = [:]

  var count: Int { given.count }

  func holds(_ key: Key, now: Int64) -> Bool {
    given[key].map { now - $0 < Confirmations.lasts } ?? false
  }

  mutating func note(_ key: Key, now: Int64) {
    if given[key] == nil, given.count >= Limits.confirmationsPerConnection {
      given = given.filter { now - $0.value < Confirmations.lasts }
      if given.count >= Limits.confirmationsPerConnection,
        let oldest = given.min(by: { $0.value < $1.value })
      {
        given[oldest.key] = nil
      }
    }
    given[key] = now
  }

  mutating func removeAll() { given.removeAll() }

  private static let lasts = Limits.confirmationLasts.nanoseconds
}
