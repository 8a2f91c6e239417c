import TesseraBytes
import TesseraModel

/// Asks that tokens go that ended before a moment.
public struct PurgeRequest: ContextualRequest {
  public typealias Response = PurgeResponse
  public static var method: Method { .purge }

  /// nil where the request names none, which is to be refused.
  public var endedBefore: Timestamp?
  /// Empty is from the oldest token on.
  public var pageToken: [UInt8] = []
  public var context: CallContext?

  public init() {}
  public init(endedBefore: Timestamp) { self.endedBefore = endedBefore }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.timestamp(tag, "ended_before", into: &endedBefore)
      case 2: pageToken = try reader.array(tag, "page_token")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, timestamp: endedBefore)
    buffer.append(field: 2, bytes: pageToken)
    buffer.append(field: 15, message: context)
  }
}

public struct PurgeResponse: WireMessage {
  /// How many went.
  public var purged: UInt32 = 0
  /// Empty: there are no more to look at.
  public var nextPageToken: [UInt8] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: purged = try reader.uint32(tag, "purged")
      case 2: nextPageToken = try reader.array(tag, "next_page_token")
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: UInt64(purged))
    buffer.append(field: 2, bytes: nextPageToken)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
