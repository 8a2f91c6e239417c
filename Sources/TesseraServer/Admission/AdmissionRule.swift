import TesseraEngine
import TesseraModel
import TesseraWire

/// Who has any business with a request: what keeps callers who will be refused anyway from taking
/// up the queues of other threads.
struct AdmissionRule {
  /// Holders of this permission, be it limited; nil for everyone who is known.
  var permission: Permission?
  /// Users too, whose grants may allow it without the permission.
  var allowsUsers = false
  /// Whoever holds a token too: one's own can always be seen.
  var allowsTokens = false

  /// Only those who may do everything, and by a value or a certificate of that worth: no user,
  /// whose rights a stolen PERSONAL token or a product would have.
  var isForAdmins = false

  static let anyone = AdmissionRule()
  static let admins = AdmissionRule(isForAdmins: true)

  static func holders(of permission: Permission) -> AdmissionRule {
    AdmissionRule(permission: permission)
  }

  static func users(orHoldersOf permission: Permission) -> AdmissionRule {
    AdmissionRule(permission: permission, allowsUsers: true)
  }

  func require(_ rights: CallerRights) throws(Refusal) {
    if isForAdmins, !rights.isAdmin || rights.user != nil { throw .notAdmin }
    guard let permission, !rights.has(permission) else { return }
    if allowsUsers, rights.user != nil { return }
    if allowsTokens, rights.tokenID != nil { return }
    throw .lacks(permission)
  }
}

extension Refusal {
  fileprivate static let notAdmin = Refusal(
    .permissionDenied,
    "this is for ADMIN tokens, and for certificates that may do everything; users, administrators "
      + "too, use such a token")
}

/// A request that comes through admission.
protocol AdmissibleRequest: ContextualRequest {
  /// - Parameter user: who calls, or for whom the call is made; nil where it is no user.
  func rule(for user: UserID?) -> AdmissionRule

  /// Whether it is a change for which a user who makes it gives the password again.
  var needsConfirmation: Bool { get }
}

extension AdmissibleRequest {
  var needsConfirmation: Bool { false }
}
