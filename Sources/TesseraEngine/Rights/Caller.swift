import TesseraModel

/// Who is at the other end of a connection, as it showed once. What that is worth is asked on every
/// call: `EngineReader.rights(of:now:)`.
public enum Caller: Sendable {
  /// The holder of a token's value.
  case token(id: TokenID, digest: Digest, credential: CredentialNumber)
  /// The holder of a client certificate that the configuration maps.
  case certificate(name: String, access: CertificateAccess)

  public var actor: Actor {
    switch self {
    case .token(let id, _, _): .token(id)
    case .certificate(let name, _): .certificate(name)
    }
  }
}

/// What the configuration lets the holder of a certificate do: everything, or named permissions.
public final class CertificateAccess: Sendable {
  let access: CompiledAccess

  /// - Parameter permissions: nil for everything, as an ADMIN token.
  public init(permissions: [PermissionGrant]?, directory: Directory) {
    let key =
      permissions.map { AccessKey(kind: .service, permissions: $0) } ?? AccessKey(kind: .admin)
    access = CompiledAccess(key, directory: directory)
  }
}

/// What a caller may do now.
public struct CallerRights: Sendable {
  let access: CompiledAccess
  /// The token it authenticated with, and when that ends; nil for a certificate.
  public let tokenID: TokenID?
  public let expiresAt: Timestamp?

  public var isAdmin: Bool { access.key.kind == .admin }
  public var kind: TokenKind { access.key.kind }
  public var owner: UserID? { access.key.owner }
  public var permissions: [PermissionGrant] { access.key.permissions }

  /// Whether the caller has the permission, be it limited.
  public func has(_ permission: Permission) -> Bool {
    isAdmin || access.grants.all.contains { $0.permission == permission }
  }

  /// Whether the caller has the permission over a token with these rights and environment.
  func has(_ permission: Permission, over target: CompiledAccess, _ environment: EnvironmentNumber)
    -> Bool
  {
    isAdmin || !grants(of: permission, over: target, environment).isEmpty
  }

  /// The caller's grants of the permission that such a token is within.
  func grants(
    of permission: Permission, over target: CompiledAccess, _ environment: EnvironmentNumber
  ) -> [CompiledGrant] {
    access.grants.all.filter {
      $0.permission == permission
        && access.grants.covers(target.key.kind, target.projects, environment, $0)
    }
  }

  /// Whether every project and the environment of a token are within one grant of the permission:
  /// nobody makes, or takes away, what opens more than they hold.
  func encloses(
    _ permission: Permission, _ kind: TokenKind, _ projects: CompiledProjects,
    _ environment: EnvironmentNumber
  ) -> Bool {
    isAdmin
      || access.grants.all.contains {
        $0.permission == permission
          && access.grants.encloses(kind, projects, environment, $0)
      }
  }
}
