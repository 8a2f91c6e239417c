import TesseraBytes
import TesseraModel

/// Asks for one entry of the registry.
public struct GetEntryRequest: ContextualRequest {
  public typealias Response = GetEntryResponse
  public static var method: Method { .getEntry }

  /// nil where the request names none, which is to be refused.
  public var key: RegistryKey?
  public var context: CallContext?

  public init() {}
  public init(_ key: RegistryKey) { self.key = key }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.registryKey(tag, "key", into: &key)
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, registryKey: key)
    buffer.append(field: 15, message: context)
  }
}

public struct GetEntryResponse: EntryResponse {
  public var entry: RegistryEntry?
  public var revision = Revision.zero

  public init() {}
}
