import TesseraBytes
import TesseraModel

/// Asks for a new value of a token.
public struct RegenerateRequest: ContextualRequest {
  public typealias Response = RegenerateResponse
  public static var method: Method { .regenerate }

  /// nil where the request names none, which is to be refused.
  public var id: TokenID?
  /// How long the value before passes beside the new one; nil where it stops at once.
  public var overlap: Duration?
  /// nil leaves it as it is, which an expired token does not allow.
  public var expiry: ExpiryChoice?
  public var context: CallContext?

  public init() {}

  public init(_ id: TokenID, overlap: Duration? = nil, expiry: ExpiryChoice? = nil) {
    self.id = id
    self.overlap = overlap
    self.expiry = expiry
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.tokenID(tag, "id")
      case 2: try reader.duration(tag, "overlap", into: &overlap)
      case 3...5: try reader.expiry(tag, first: 3, into: &expiry)
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, tokenID: id)
    buffer.append(field: 2, duration: overlap)
    buffer.append(firstField: 3, expiry: expiry)
    buffer.append(field: 15, message: context)
  }
}

/// The answer that gives a token its new value, the only one that ever shows it.
public struct RegenerateResponse: WireMessage {
  public var value: Secret?
  public var token: Token?
  public var warnings: [String] = []
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
      case 4: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: value?.bytes ?? [])
    buffer.append(field: 2, message: token)
    buffer.append(field: 3, strings: warnings)
    buffer.append(field: 4, varint: revision.rawValue)
  }
}
