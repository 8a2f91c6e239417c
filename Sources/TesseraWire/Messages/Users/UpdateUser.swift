import TesseraBytes
import TesseraModel

/// Asks that a user be changed. What is nil stays as it is.
public struct UpdateUserRequest: ContextualRequest {
  public typealias Response = UpdateUserResponse
  public static var method: Method { .updateUser }

  /// nil where the request names none, which is to be refused.
  public var id: UserID?
  /// The version that the change was made for; another than the user's refuses it.
  public var ifVersion: UInt32?
  /// Empty takes the name away.
  public var name: String?
  public var isAdmin: Bool?
  public var isDisabled: Bool?
  /// Instead of those that the user has; empty takes them all away.
  public var grants: [Grant]?
  /// Likewise.
  public var roles: [RoleName]?
  public var context: CallContext?

  public init() {}
  public init(_ id: UserID) { self.id = id }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.optionalName(tag, "id")
      case 2: ifVersion = try reader.uint32(tag, "if_version")
      case 3: name = try reader.string(tag, "name")
      case 4: isAdmin = try reader.bool(tag, "admin")
      case 5: isDisabled = try reader.bool(tag, "disabled")
      case 6: try reader.grantList(tag, "grants", into: &grants)
      case 7:
        try reader.list(
          tag, "roles", "roles", into: &roles, atMost: Limits.rolesPerUser, mayBeEmpty: true)
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: id)
    if let ifVersion {
      buffer.append(field: 2, varint: UInt64(ifVersion), keepingDefault: true)
    }
    if let name { buffer.append(field: 3, string: name, keepingDefault: true) }
    if let isAdmin { buffer.append(field: 4, bool: isAdmin, keepingDefault: true) }
    if let isDisabled { buffer.append(field: 5, bool: isDisabled, keepingDefault: true) }
    buffer.append(field: 6, grantList: grants)
    buffer.append(field: 7, list: roles)
    buffer.append(field: 15, message: context)
  }
}

public struct UpdateUserResponse: UserResponse {
  public var user: User?
  public var revision = Revision.zero

  public init() {}
}
