import TesseraEngine
import TesseraModel
import TesseraWire

/// Who has any business with a request: what keeps callers who will be refused anyway from taking up
/// the queues of other threads.
struct AdmissionRule {
  /// Holders of this permission, be it limited; nil for everyone who is known.
  var permission: Permission?
  /// Users too, whose grants may allow it without the permission.
  var allowsUsers = false
  /// Whoever holds a token too: one's own can always be seen.
  var allowsTokens = false

  static let anyone = AdmissionRule()

  static func holders(of permission: Permission) -> AdmissionRule {
    AdmissionRule(permission: permission)
  }

  static func users(orHoldersOf permission: Permission) -> AdmissionRule {
    AdmissionRule(permission: permission, allowsUsers: true)
  }

  func require(_ rights: CallerRights) throws(Refusal) {
    guard let permission, !rights.has(permission) else { return }
    if allowsUsers, rights.user != nil { return }
    if allowsTokens, rights.tokenID != nil { return }
    throw .lacks(permission)
  }
}

/// A request that comes through admission.
protocol AdmissibleRequest: ContextualRequest {
  /// - Parameter user: who calls, or for whom the call is made; nil where it is no user.
  func rule(for user: UserID?) -> AdmissionRule

  /// Whether it is a change for which the user who makes it gives the password again.
  func isConfirmed(by user: UserID) -> Bool
}

extension AdmissibleRequest {
  func isConfirmed(by user: UserID) -> Bool { false }
}
