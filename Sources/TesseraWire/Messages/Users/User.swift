import TesseraBytes
import TesseraModel

/// What the authority tells about a user: never the password, nor what was made of it.
public struct User: WireMessage {
  public var id: UserID?
  /// What people call them.
  public var name = ""
  /// May do everything, as an ADMIN token may.
  public var isAdmin = false
  public var isDisabled = false
  public var grants: [Grant] = []
  public var roles: [RoleName] = []
  public var hasPassword = false
  public var createdAt: Timestamp?
  public var createdBy: Actor?
  public var version: UInt32 = 0
  /// PERSONAL tokens that are not revoked.
  public var tokens: UInt32 = 0

  public init() {}

  /// What is told of a record, and how many tokens the user has.
  public init(_ record: UserRecord, tokens: UInt32) {
    id = record.id
    name = record.name
    isAdmin = record.isAdmin
    isDisabled = record.isDisabled
    grants = record.grants
    roles = record.roles
    hasPassword = record.password != nil
    createdAt = record.createdAt
    createdBy = record.createdBy
    version = record.version
    self.tokens = tokens
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.optionalName(tag, "id")
      case 2: name = try reader.string(tag, "name")
      case 3: isAdmin = try reader.bool(tag, "admin")
      case 4: isDisabled = try reader.bool(tag, "disabled")
      case 5: try reader.append(tag, "grants", to: &grants)
      case 6: try reader.append(tag, "roles", to: &roles, atMost: Limits.rolesPerUser)
      case 7: hasPassword = try reader.bool(tag, "has_password")
      case 8: try reader.timestamp(tag, "created_at", into: &createdAt)
      case 9: try reader.actor(tag, "created_by", into: &createdBy)
      case 10: version = try reader.uint32(tag, "version")
      case 11: tokens = try reader.uint32(tag, "tokens")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: id)
    buffer.append(field: 2, string: name)
    buffer.append(field: 3, bool: isAdmin)
    buffer.append(field: 4, bool: isDisabled)
    buffer.append(field: 5, grants: grants)
    buffer.append(field: 6, names: roles)
    buffer.append(field: 7, bool: hasPassword)
    buffer.append(field: 8, timestamp: createdAt)
    buffer.append(field: 9, actor: createdBy)
    buffer.append(field: 10, varint: UInt64(version))
    buffer.append(field: 11, varint: UInt64(tokens))
  }
}

/// An answer that tells one user.
public protocol UserResponse: WireMessage {
  var user: User? { get set }
  var revision: Revision { get set }
}

extension UserResponse {
  public init(_ user: User, revision: Revision) {
    self.init()
    self.user = user
    self.revision = revision
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.merge(tag, "user", into: &user)
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, message: user)
    buffer.append(field: 2, varint: revision.rawValue)
  }
}
