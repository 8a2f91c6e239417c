import TesseraBytes
import TesseraModel

/// Says that a backup was read, or is not wanted any more.
public struct EndBackupRequest: ContextualRequest {
  public typealias Response = EndBackupResponse
  public static var method: Method { .endBackup }

  public var backup: [UInt8] = []
  public var context: CallContext?

  public init() {}
  public init(_ backup: [UInt8]) { self.backup = backup }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: backup = try reader.array(tag, "backup")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: backup)
    buffer.append(field: 15, message: context)
  }
}

public struct EndBackupResponse: WireMessage {
  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() { try reader.skip(tag) }
  }

  public func append(to buffer: inout ByteBuffer) {}
}
