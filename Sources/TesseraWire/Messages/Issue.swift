import TesseraBytes
import TesseraModel

/// Asks for a new token. What each kind needs and refuses is the engine's to say.
public struct IssueRequest: ContextualRequest {
  public typealias Response = IssueResponse
  public static var method: Method { .issue }

  public typealias Expiry = ExpiryChoice

  /// nil where the request names none.
  public var kind: TokenKind?
  public var name = ""
  public var description = ""
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  /// nil is the kind's default.
  public var scopes: ScopeSelection?
  public var permissions: [PermissionGrant] = []
  public var owner: UserID?
  /// nil is 30 days for PERSONAL and never for the others.
  public var expiry: Expiry?
  /// Empty where there is none.
  public var idempotencyKey = ""
  /// The token from which is taken what this request leaves out.
  public var copyOf: TokenID?
  public var context: CallContext?

  public init() {}

  public init(_ kind: TokenKind, name: String) {
    self.kind = kind
    self.name = name
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: kind = try reader.enumeration(tag, "kind")
      case 2: name = try reader.string(tag, "name")
      case 3: description = try reader.string(tag, "description")
      case 4: try reader.projects(tag, "projects", into: &projects)
      case 5: environment = try reader.name(tag, "environment")
      case 6: try reader.scopes(tag, "scopes", into: &scopes)
      case 7: try reader.append(tag, "permissions", to: &permissions)
      case 8: owner = try reader.name(tag, "owner")
      case 9...11: try reader.expiry(tag, first: 9, into: &expiry)
      case 12: idempotencyKey = try reader.string(tag, "idempotency_key")
      case 13: copyOf = try reader.tokenID(tag, "copy_of")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, enumeration: kind)
    buffer.append(field: 2, string: name)
    buffer.append(field: 3, string: description)
    buffer.append(field: 4, projects: projects)
    buffer.append(field: 5, name: environment)
    buffer.append(field: 6, scopes: scopes)
    buffer.append(field: 7, grants: permissions)
    buffer.append(field: 8, name: owner)
    buffer.append(firstField: 9, expiry: expiry)
    buffer.append(field: 12, string: idempotencyKey)
    buffer.append(field: 13, tokenID: copyOf)
    buffer.append(field: 15, message: context)
  }
}

/// The answer that creates a token, the only one that ever shows its value.
public struct IssueResponse: WireMessage {
  /// nil where the answer is replayed.
  public var value: Secret?
  public var token: Token?
  public var warnings: [String] = []
  /// The idempotency key was used before, and nothing was issued by this call.
  public var replayed = false
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        let bytes = try reader.array(tag, "value")
        value = bytes.isEmpty ? nil : Secret(bytes)
      case 2: try reader.merge(tag, "token", into: &token)
      case 3: try reader.append(tag, "warnings", to: &warnings, atMost: Limits.warningsPerAnswer)
      case 4: replayed = try reader.bool(tag, "replayed")
      case 5: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: value?.bytes ?? [])
    buffer.append(field: 2, message: token)
    buffer.append(field: 3, strings: warnings)
    buffer.append(field: 4, bool: replayed)
    buffer.append(field: 5, varint: revision.rawValue)
  }
}
