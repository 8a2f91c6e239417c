import TesseraBytes
import TesseraModel

/// Asks that a user go, and that their tokens be revoked.
public struct DeleteUserRequest: ContextualRequest {
  public typealias Response = DeleteUserResponse
  public static var method: Method { .deleteUser }

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

public struct DeleteUserResponse: WireMessage {
  public var revokedTokens: UInt32 = 0
  public var revision = Revision.zero

  public init() {}

  public init(revokedTokens: UInt32, revision: Revision) {
    self.revokedTokens = revokedTokens
    self.revision = revision
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: revokedTokens = try reader.uint32(tag, "revoked_tokens")
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: UInt64(revokedTokens))
    buffer.append(field: 2, varint: revision.rawValue)
  }
}
