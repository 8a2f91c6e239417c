import TesseraBytes
import TesseraModel

/// Asks that a copy of the authority, as it is now, be opened for reading.
public struct BeginBackupRequest: ContextualRequest {
  public typealias Response = BeginBackupResponse
  public static var method: Method { .beginBackup }

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

/// One file of a backup.
public struct BackupFile: WireMessage, Hashable {
  /// Its path in the directory that the backup makes.
  public var name = ""
  /// In bytes.
  public var size: UInt64 = 0

  public init() {}

  public init(_ name: String, size: UInt64) {
    self.name = name
    self.size = size
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: name = try reader.string(tag, "name")
      case 2: size = try reader.uint64(tag, "size")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, string: name)
    buffer.append(field: 2, varint: size)
  }
}

public struct BeginBackupResponse: WireMessage {
  /// Names the backup in the calls that read and end it.
  public var backup: [UInt8] = []
  /// In the order in which they are to be written; at most `Limits.filesPerBackup`.
  public var files: [BackupFile] = []
  /// Every change up to this one is in it, and no other.
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: backup = try reader.array(tag, "backup")
      case 2: try reader.append(tag, "files", to: &files, atMost: Limits.filesPerBackup)
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, bytes: backup)
    buffer.append(field: 2, messages: files)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
