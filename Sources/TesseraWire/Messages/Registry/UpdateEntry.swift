import TesseraBytes
import TesseraModel

/// Asks that an entry of the registry be as it is given, whole.
public struct UpdateEntryRequest: ContextualRequest {
  public typealias Response = UpdateEntryResponse
  public static var method: Method { .updateEntry }

  /// nil where the request holds none, which is to be refused. Its version says nothing.
  public var entry: RegistryEntry?
  /// The version that the change was made for; another than the entry's refuses it.
  public var ifVersion: UInt32?
  public var context: CallContext?

  public init() {}

  public init(_ entry: RegistryEntry, ifVersion: UInt32? = nil) {
    self.entry = entry
    self.ifVersion = ifVersion
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.registryEntry(tag, "entry", into: &entry)
      case 2: ifVersion = try reader.uint32(tag, "if_version")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, registryEntry: entry)
    if let ifVersion {
      buffer.append(field: 2, varint: UInt64(ifVersion), keepingDefault: true)
    }
    buffer.append(field: 15, message: context)
  }
}

public struct UpdateEntryResponse: EntryResponse {
  public var entry: RegistryEntry?
  public var revision = Revision.zero

  public init() {}
}
