import TesseraBytes
import TesseraModel

/// What became of each token that was to be revoked.
public struct RevokeResponse: WireMessage {
  /// For ids, in the order of the request.
  public var outcomes: [RevokeOutcome] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        try reader.append(tag, "outcomes", to: &outcomes, atMost: Limits.tokensPerRevoke)
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: outcomes)
    buffer.append(field: 2, varint: revision.rawValue)
  }
}

public struct RevokeOutcome: WireMessage {
  /// nil where a value was given that is no token's.
  public var id: TokenID?
  /// nil where the number is one that this version does not know: not known to be revoked.
  public var result: RevokeResult?

  public init() {}

  public init(_ id: TokenID?, _ result: RevokeResult) {
    self.id = id
    self.result = result
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.tokenID(tag, "id")
      case 2: result = try reader.enumeration(tag, "result")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, tokenID: id)
    buffer.append(field: 2, enumeration: result)
  }
}
