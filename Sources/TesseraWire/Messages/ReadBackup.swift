import TesseraBytes
import TesseraModel

/// Asks for a part of a file of a backup.
public struct ReadBackupRequest: ContextualRequest {
  public typealias Response = ReadBackupResponse
  public static var method: Method { .readBackup }

  public var backup: [UInt8] = []
  /// The place in the list of files, from 0.
  public var file: UInt32 = 0
  /// In bytes.
  public var offset: UInt64 = 0
  public var context: CallContext?

  public init() {}

  public init(_ backup: [UInt8], file: UInt32, offset: UInt64) {
    self.backup = backup
    self.file = file
    self.offset = offset
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: backup = try reader.array(tag, "backup")
      case 2: file = try reader.uint32(tag, "file")
      case 3: offset = try reader.uint64(tag, "offset")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: backup)
    buffer.append(field: 2, varint: UInt64(file))
    buffer.append(field: 3, varint: offset)
    buffer.append(field: 15, message: context)
  }
}

public struct ReadBackupResponse: WireMessage {
  /// `Limits.backupReadBytes`, or what the file has left.
  public var data: [UInt8] = []

  public init() {}
  public init(_ data: [UInt8]) { self.data = data }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: data = try reader.array(tag, "data")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) { buffer.append(field: 1, bytes: data) }
}
