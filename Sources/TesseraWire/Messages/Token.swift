import TesseraBytes
import TesseraModel

/// What the authority tells about a token: never its value, nor a digest of it.
///
/// What is nil was not said. An enum's number that this version does not know reads as nil.
public struct Token: WireMessage {
  public var id: TokenID?
  public var kind: TokenKind?
  public var name = ""
  public var description = ""
  /// Whose token it is; PERSONAL only.
  public var owner: UserID?
  /// CLIENT and FRONTEND only; of a list, only the projects that the caller sees.
  public var projects: ProjectSelection?
  public var environment: EnvironmentID?
  public var scopes: ScopeSelection?
  /// SERVICE only.
  public var permissions: [PermissionGrant] = []
  public var createdAt: Timestamp?
  public var createdBy: Actor?
  /// The token is valid before this moment; nil is never.
  public var expiresAt: Timestamp?
  public var lastUsedAt: Timestamp?
  public var uses: UInt64 = 0
  public var revocation: TokenRevocation?
  public var version: UInt32 = 0
  /// At the time of the answer.
  public var state: TokenState?
  /// Until when the value before the current one passes; nil where there is none, or it has
  /// stopped.
  public var previousValidUntil: Timestamp?
  /// When that value last passed, be it before it was replaced; nil where it never did.
  public var previousLastUsedAt: Timestamp?

  public init() {}

  /// What is told of a record and of its use.
  public init(_ record: TokenRecord, at now: Timestamp, usage: TokenUsage = .none) {
    id = record.id
    kind = record.kind
    name = record.name
    description = record.description
    owner = record.owner
    projects = record.projects
    environment = record.environment
    scopes = record.scopes
    permissions = record.permissions
    createdAt = record.createdAt
    createdBy = record.createdBy
    expiresAt = record.expiresAt
    lastUsedAt = usage.lastUsedAt
    uses = usage.uses
    revocation = record.revocation.map(TokenRevocation.init)
    version = record.version
    state = record.state(at: now)
    previousValidUntil = record.previousValidUntil(at: now)
    previousLastUsedAt = usage.previousLastUsedAt
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.tokenID(tag, "id")
      case 2: kind = try reader.enumeration(tag, "kind")
      case 3: name = try reader.string(tag, "name")
      case 4: description = try reader.string(tag, "description")
      case 5: owner = try reader.optionalName(tag, "owner")
      case 6: try reader.projects(tag, "projects", into: &projects)
      case 7: environment = try reader.optionalName(tag, "environment")
      case 8: try reader.scopes(tag, "scopes", into: &scopes)
      case 9: try reader.append(tag, "permissions", to: &permissions)
      case 10: try reader.timestamp(tag, "created_at", into: &createdAt)
      case 11: try reader.actor(tag, "created_by", into: &createdBy)
      case 12: try reader.timestamp(tag, "expires_at", into: &expiresAt)
      case 13: try reader.timestamp(tag, "last_used_at", into: &lastUsedAt)
      case 14: uses = try reader.uint64(tag, "uses")
      case 15: try reader.merge(tag, "revocation", into: &revocation)
      case 16: version = try reader.uint32(tag, "version")
      case 17: state = try reader.enumeration(tag, "state")
      case 18: try reader.timestamp(tag, "previous_valid_until", into: &previousValidUntil)
      case 19: try reader.timestamp(tag, "previous_last_used_at", into: &previousLastUsedAt)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, tokenID: id)
    buffer.append(field: 2, enumeration: kind)
    buffer.append(field: 3, string: name)
    buffer.append(field: 4, string: description)
    buffer.append(field: 5, name: owner)
    buffer.append(field: 6, projects: projects)
    buffer.append(field: 7, name: environment)
    buffer.append(field: 8, scopes: scopes)
    buffer.append(field: 9, grants: permissions)
    buffer.append(field: 10, timestamp: createdAt)
    buffer.append(field: 11, actor: createdBy)
    buffer.append(field: 12, timestamp: expiresAt)
    buffer.append(field: 13, timestamp: lastUsedAt)
    buffer.append(field: 14, varint: uses)
    buffer.append(field: 15, message: revocation)
    buffer.append(field: 16, varint: UInt64(version))
    buffer.append(field: 17, enumeration: state)
    buffer.append(field: 18, timestamp: previousValidUntil)
    buffer.append(field: 19, timestamp: previousLastUsedAt)
  }
}

/// `tessera.v1.Revocation`: that a token was revoked, when, by whom and why.
public struct TokenRevocation: WireMessage {
  public var at: Timestamp?
  public var by: Actor?
  public var reason = ""

  public init() {}

  public init(_ revocation: Revocation) {
    at = revocation.at
    by = revocation.by
    reason = revocation.reason
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.timestamp(tag, "at", into: &at)
      case 2: try reader.actor(tag, "by", into: &by)
      case 3: reason = try reader.string(tag, "reason")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, timestamp: at)
    buffer.append(field: 2, actor: by)
    buffer.append(field: 3, string: reason)
  }
}
