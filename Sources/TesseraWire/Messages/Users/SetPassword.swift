import TesseraBytes
import TesseraModel

/// Asks that a user sign in with another password, or not at all.
public struct SetPasswordRequest: ContextualRequest {
  public typealias Response = SetPasswordResponse
  public static var method: Method { .setPassword }

  /// nil where the request names none, which is to be refused.
  public var id: UserID?
  /// nil where the user does not sign in here any more.
  public var password: Secret?
  public var context: CallContext?

  public init() {}

  public init(_ id: UserID, password: Secret?) {
    self.id = id
    self.password = password
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.optionalName(tag, "id")
      case 2: password = try reader.password(tag, "password")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: id)
    buffer.append(field: 2, bytes: password?.bytes ?? [])
    buffer.append(field: 15, message: context)
  }
}

public struct SetPasswordResponse: WireMessage {
  public var revision = Revision.zero

  public init() {}
  public init(revision: Revision) { self.revision = revision }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: revision.rawValue)
  }
}
