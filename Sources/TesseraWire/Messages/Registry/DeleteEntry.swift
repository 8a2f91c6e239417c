import TesseraBytes
import TesseraModel

/// Asks that an entry be taken out of the registry and of everything that names it.
public struct DeleteEntryRequest: ContextualRequest {
  public typealias Response = DeleteEntryResponse
  public static var method: Method { .deleteEntry }

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

public struct DeleteEntryResponse: WireMessage {
  /// How many tokens were revoked with the entry.
  public var revokedTokens: UInt32 = 0
  public var revision = Revision.zero

  public init() {}

  public init(revokedTokens: UInt32, revision: Revision) {
    self.revokedTokens = revokedTokens
    self.revision = revision
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: revokedTokens = try reader.uint32(tag, "revoked_tokens")
      case 2: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, varint: UInt64(revokedTokens))
    buffer.append(field: 2, varint: revision.rawValue)
  }
}
