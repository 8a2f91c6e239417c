import TesseraBytes
import TesseraModel

/// Asks for one token by its id.
public struct GetRequest: ContextualRequest {
  public typealias Response = GetResponse
  public static var method: Method { .get }

  /// nil where the request names none, which is to be refused.
  public var id: TokenID?
  public var context: CallContext?

  public init() {}
  public init(_ id: TokenID) { self.id = id }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.tokenID(tag, "id")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, tokenID: id)
    buffer.append(field: 15, message: context)
  }
}

public struct GetResponse: WireMessage {
  public var token: Token?
  public var revision = Revision.zero

  public init() {}

  public init(token: Token, revision: Revision) {
    self.token = token
    self.revision = revision
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.merge(tag, "token", into: &token)
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, message: token)
    buffer.append(field: 2, varint: revision.rawValue)
  }
}
