import TesseraBytes
import TesseraModel

/// Asks for the entries of one type that the caller may see, in order of their names.
public struct ListEntriesRequest: ContextualRequest {
  public typealias Response = ListEntriesResponse
  public static var method: Method { .listEntries }

  /// nil where the request names none, which is to be refused.
  public var type: RegistryType?
  /// In the name or the description, whatever the case; empty is not asked.
  public var text = ""
  /// 0 is `Limits.defaultPageSize`.
  public var pageSize: UInt32 = 0
  /// Empty is the first page.
  public var pageToken: [UInt8] = []
  public var context: CallContext?

  public init() {}
  public init(_ type: RegistryType) { self.type = type }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: type = try reader.enumeration(tag, "type")
      case 2: text = try reader.string(tag, "text")
      case 3: pageSize = try reader.uint32(tag, "page_size")
      case 4: pageToken = try reader.array(tag, "page_token")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, enumeration: type)
    buffer.append(field: 2, string: text)
    buffer.append(field: 3, varint: UInt64(pageSize))
    buffer.append(field: 4, bytes: pageToken)
    buffer.append(field: 15, message: context)
  }
}

public struct ListEntriesResponse: WireMessage {
  /// Without those of a type that this version does not know.
  public var entries: [RegistryEntry] = []
  /// Empty: there are no more.
  public var nextPageToken: [UInt8] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "entries", to: &entries, atMost: Limits.pageSize)
      case 2: nextPageToken = try reader.array(tag, "next_page_token")
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, registryEntries: entries)
    buffer.append(field: 2, bytes: nextPageToken)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
