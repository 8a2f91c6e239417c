import TesseraModel

/// Who is at the other end of a connection, as it showed once. What that is worth is asked on every
/// call: `EngineReader.rights(of:now:)`.
public enum Caller: Sendable {
  /// The holder of a token's value; `owner` is whose token it is, of PERSONAL ones.
  case token(id: TokenID, digest: Digest, credential: CredentialNumber, owner: UserID?)
  /// The holder of a client certificate that the configuration maps.
  case certificate(name: String, access: CertificateAccess)
  /// A user who signed in by password.
  case user(UserSession)
  /// A user for whom a product calls, which may do so at every call.
  indirect case acting(UserSession, through: Caller)

  public var actor: Actor {
    switch self {
    case .token(let id, _, _, let owner?): .user(owner, through: id)
    case .token(let id, _, _, nil): .token(id)
    case .certificate(let name, _): .certificate(name)
    case .user(let session): .user(session.user, through: nil)
    case .acting(let session, .token(let id, _, _, _)): .user(session.user, through: id)
    case .acting(let session, _): .user(session.user, through: nil)
    }
  }
}

/// A user, as long as they are the same: who is removed and created anew is somebody else, and a
/// new password ends what the old one began.
public struct UserSession: Hashable, Sendable {
  public let user: UserID
  let number: UserNumber
  /// nil where no password was shown.
  let passwordVersion: UInt32?

  /// Whether these are still the rights of who signed in, or is acted for.
  func isValid(_ rights: UserRights) -> Bool {
    !rights.isDisabled && (passwordVersion == nil || passwordVersion == rights.passwordVersion)
  }
}

/// What the configuration lets the holder of a certificate do: everything, or named permissions. It
/// follows the registry as tokens do, for as long as it lives.
public final class CertificateAccess: Sendable {
  private let engine: Engine
  let number: AccessNumber

  /// - Parameter permissions: nil for everything, as an ADMIN token.
  public init(permissions: [PermissionGrant]?, in engine: Engine) {
    let key =
      permissions.map { AccessKey(kind: .service, permissions: $0) } ?? AccessKey(kind: .admin)
    self.engine = engine
    number = engine.ledger.withLock { $0.holdForCertificate(key) }
  }

  deinit { engine.ledger.withLock { $0.releaseForCertificate(number) } }
}
