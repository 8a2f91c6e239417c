import TesseraBytes
import TesseraModel

/// Asks who the authority takes the connection's caller for, and what it may do now.
public struct WhoAmIRequest: ContextualRequest {
  public typealias Response = WhoAmIResponse
  public static var method: Method { .whoAmI }

  public var context: CallContext?

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) { buffer.append(field: 15, message: context) }
}

public struct WhoAmIResponse: WireMessage {
  public var caller: Caller?

  public init() {}
  public init(caller: Caller) { self.caller = caller }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.merge(tag, "caller", into: &caller)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) { buffer.append(field: 1, message: caller) }
}

/// Who a connection's caller is, and what it may do.
public struct Caller: WireMessage {
  public var actor: Actor?
  /// Of the token that was shown; nil for a certificate.
  public var kind: TokenKind?
  public var name = ""
  /// The user whose token it is, who signed in, or for whom the call is made.
  public var owner: UserID?
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  public var scopes: ScopeSelection?
  public var permissions: [PermissionGrant] = []
  /// nil is never.
  public var expiresAt: Timestamp?
  /// May do everything.
  public var isAdmin = false

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.actor(tag, "actor", into: &actor)
      case 2: kind = try reader.enumeration(tag, "kind")
      case 3: name = try reader.string(tag, "name")
      case 4: owner = try reader.optionalName(tag, "owner")
      case 5: try reader.projects(tag, "projects", into: &projects)
      case 6: environment = try reader.optionalName(tag, "environment")
      case 7: try reader.scopes(tag, "scopes", into: &scopes)
      case 8: try reader.append(tag, "permissions", to: &permissions)
      case 9: try reader.timestamp(tag, "expires_at", into: &expiresAt)
      case 10: isAdmin = try reader.bool(tag, "admin")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, actor: actor)
    buffer.append(field: 2, enumeration: kind)
    buffer.append(field: 3, string: name)
    buffer.append(field: 4, name: owner)
    buffer.append(field: 5, projects: projects)
    buffer.append(field: 6, name: environment)
    buffer.append(field: 7, scopes: scopes)
    buffer.append(field: 8, grants: permissions)
    buffer.append(field: 9, timestamp: expiresAt)
    buffer.append(field: 10, bool: isAdmin)
  }
}
