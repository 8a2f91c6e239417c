/// What a token is for. The numbers are those of `tessera.v1.TokenKind`.
public enum TokenKind: UInt8, CaseIterable, Sendable {
  /// Opens everything, the RPC port's own methods too.
  case admin = 1
  /// Does what its owner may do now, narrowed by its own scopes.
  case personal = 2
  /// A server-side reader of its projects in one environment.
  case client = 3
  /// A front end of its projects in one environment; not a secret.
  case frontend = 4
  /// Named permissions of the RPC port.
  case service = 5
  /// A string the operator chose; not a secret, and never accepted on the RPC port.
  case proxyKey = 6

  /// The name the protocol and the tools print: `CLIENT`.
  public var name: String {
    switch self {
    case .admin: "ADMIN"
    case .personal: "PERSONAL"
    case .client: "CLIENT"
    case .frontend: "FRONTEND"
    case .service: "SERVICE"
    case .proxyKey: "PROXY_KEY"
    }
  }

  /// Whether a value of this kind must be kept from end users.
  @inlinable
  public var isSecret: Bool { self != .frontend && self != .proxyKey }

  /// Whether tokens of this kind belong to projects and to exactly one environment.
  @inlinable
  public var isBoundToEnvironment: Bool { self == .client || self == .frontend }
}

/// A set of kinds.
public struct KindSet: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  @inlinable
  public init(_ kind: TokenKind) { rawValue = 1 << kind.rawValue }

  @inlinable
  public func contains(_ kind: TokenKind) -> Bool { rawValue & 1 << kind.rawValue != 0 }

  @inlinable
  public mutating func insert(_ kind: TokenKind) { self.formUnion(KindSet(kind)) }

  /// What a validation accepts that names no kinds: the kinds whose values are secrets.
  public static let secret: KindSet = [
    KindSet(.admin), KindSet(.personal), KindSet(.client), KindSet(.service),
  ]

  public static let all: KindSet = [secret, KindSet(.frontend), KindSet(.proxyKey)]

  public var kinds: [TokenKind] { TokenKind.allCases.filter { contains($0) } }
}
