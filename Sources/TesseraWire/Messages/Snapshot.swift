import TesseraBytes
import TesseraModel

/// Asks that a snapshot be written now.
public struct SnapshotRequest: ContextualRequest {
  public typealias Response = SnapshotResponse
  public static var method: Method { .snapshot }

  public var context: CallContext?

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) { buffer.append(field: 15, message: context) }
}

public struct SnapshotResponse: WireMessage {
  /// Every change up to this one is in the newest snapshot.
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
