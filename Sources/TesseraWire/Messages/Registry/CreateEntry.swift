import TesseraBytes
import TesseraModel

/// Asks for a new entry of the registry.
public struct CreateEntryRequest: ContextualRequest {
  public typealias Response = CreateEntryResponse
  public static var method: Method { .createEntry }

  /// nil where the request holds none, which is to be refused. Its version says nothing.
  public var entry: RegistryEntry?
  public var context: CallContext?

  public init() {}
  public init(_ entry: RegistryEntry) { self.entry = entry }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.registryEntry(tag, "entry", into: &entry)
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, registryEntry: entry)
    buffer.append(field: 15, message: context)
  }
}

public struct CreateEntryResponse: EntryResponse {
  public var entry: RegistryEntry?
  public var revision = Revision.zero

  public init() {}
}
