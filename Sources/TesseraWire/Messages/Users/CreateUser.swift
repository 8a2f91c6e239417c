import TesseraBytes
import TesseraModel

/// Asks for a new user.
public struct CreateUserRequest: ContextualRequest {
  public typealias Response = CreateUserResponse
  public static var method: Method { .createUser }

  /// nil where the request names none, which is to be refused.
  public var id: UserID?
  public var name = ""
  public var isAdmin = false
  public var isDisabled = false
  public var grants: [Grant] = []
  public var roles: [RoleName] = []
  /// nil where the user does not sign in here.
  public var password: Secret?
  public var context: CallContext?

  public init() {}

  public init(_ id: UserID, name: String = "") {
    self.id = id
    self.name = name
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
      case 7: password = try reader.password(tag, "password")
      case 15: try reader.merge(tag, "context", into: &context)
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
    buffer.append(field: 7, bytes: password?.bytes ?? [])
    buffer.append(field: 15, message: context)
  }
}

public struct CreateUserResponse: UserResponse {
  public var user: User?
  public var revision = Revision.zero

  public init() {}
}
