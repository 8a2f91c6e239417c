import TesseraBytes
import TesseraModel

/// An answer that tells one entry of the registry.
public protocol EntryResponse: WireMessage {
  /// nil where it is of a type that this version does not know.
  var entry: RegistryEntry? { get set }
  var revision: Revision { get set }
}

extension EntryResponse {
  public init(_ entry: RegistryEntry, revision: Revision) {
    self.init()
    self.entry = entry
    self.revision = revision
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.registryEntry(tag, "entry", into: &entry)
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, registryEntry: entry)
    buffer.append(field: 2, varint: revision.rawValue)
  }
}
