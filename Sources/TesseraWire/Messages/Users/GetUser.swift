import TesseraBytes
import TesseraModel

/// Asks for one user by their id.
public struct GetUserRequest: ContextualRequest {
  public typealias Response = GetUserResponse
  public static var method: Method { .getUser }

  /// nil where the request names none, which is to be refused.
  public var id: UserID?
  public var context: CallContext?

  public init() {}
  public init(_ id: UserID) { self.id = id }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.optionalName(tag, "id")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: id)
    buffer.append(field: 15, message: context)
  }
}

public struct GetUserResponse: UserResponse {
  public var user: User?
  public var revision = Revision.zero

  public init() {}
}
