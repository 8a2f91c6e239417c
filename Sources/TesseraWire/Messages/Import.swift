import TesseraBytes
import TesseraModel

/// Asks that tokens of another authority be held, each for itself.
public struct ImportRequest: ContextualRequest {
  public typealias Response = ImportResponse
  public static var method: Method { .importTokens }

  /// At least one, at most `Limits.tokensPerImport`.
  public var tokens: [ImportedToken] = []
  public var context: CallContext?

  public init() {}
  public init(_ tokens: [ImportedToken]) { self.tokens = tokens }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "tokens", to: &tokens, atMost: Limits.tokensPerImport)
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: tokens)
    buffer.append(field: 15, message: context)
  }
}

/// A token that another authority issued, with what it is to open here. What each kind needs and
/// refuses is the engine's to say.
public struct ImportedToken: WireMessage {
  public static var role: MessageRole { .request }

  public enum Credential: Equatable, Sendable {
    case value(Secret)
    /// Of the value.
    case sha256(Digest)
  }

  /// nil where the request holds none, which is to be refused.
  public var credential: Credential?
  /// nil where the request names none.
  public var kind: TokenKind?
  public var name = ""
  public var description = ""
  public var owner: UserID?
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  /// nil is the kind's default.
  public var scopes: ScopeSelection?
  public var permissions: [PermissionGrant] = []
  /// nil is never.
  public var expiresAt: Timestamp?
  /// nil is now.
  public var createdAt: Timestamp?

  public init() {}

  public init(_ kind: TokenKind, _ credential: Credential, name: String = "") {
    self.kind = kind
    self.credential = credential
    self.name = name
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: credential = .value(Secret(try reader.array(tag, "value")))
      case 2: credential = .sha256(try reader.presentDigest(tag, "sha256"))
      case 3: kind = try reader.enumeration(tag, "kind")
      case 4: name = try reader.string(tag, "name")
      case 5: description = try reader.string(tag, "description")
      case 6: owner = try reader.name(tag, "owner")
      case 7: try reader.projects(tag, "projects", into: &projects)
      case 8: environment = try reader.name(tag, "environment")
      case 9: try reader.scopes(tag, "scopes", into: &scopes)
      case 10: try reader.append(tag, "permissions", to: &permissions)
      case 11: try reader.timestamp(tag, "expires_at", into: &expiresAt)
      case 12: try reader.timestamp(tag, "created_at", into: &createdAt)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    switch credential {
    case .value(let value): buffer.append(field: 1, bytes: value.bytes, keepingDefault: true)
    case .sha256(let digest): buffer.append(field: 2, digest: digest)
    case nil: break
    }
    buffer.append(field: 3, enumeration: kind)
    buffer.append(field: 4, string: name)
    buffer.append(field: 5, string: description)
    buffer.append(field: 6, name: owner)
    buffer.append(field: 7, projects: projects)
    buffer.append(field: 8, name: environment)
    buffer.append(field: 9, scopes: scopes)
    buffer.append(field: 10, grants: permissions)
    buffer.append(field: 11, timestamp: expiresAt)
    buffer.append(field: 12, timestamp: createdAt)
  }
}
