import TesseraBytes
import TesseraModel

/// The numbers are those of `tessera.v1.ListSort`.
public enum ListSort: UInt8, CaseIterable, Sendable {
  case created = 1
  case name = 2
  case expires = 3
  case lastUsed = 4
}

/// Asks for the tokens that all of the members fit and that the caller may see.
public struct ListRequest: ContextualRequest {
  public typealias Response = ListResponse
  public static var method: Method { .list }

  public var kinds: KindSet?
  public var owner: UserID?
  public var project: ProjectID?
  public var environment: EnvironmentID?
  public var states: Set<TokenState>?
  public var expiringWithin: Duration?
  public var lastUsedBefore: Timestamp?
  /// In the name or the description; empty is not asked.
  public var text = ""
  /// nil is by creation.
  public var sort: ListSort?
  /// 0 is `Limits.defaultPageSize`.
  public var pageSize: UInt32 = 0
  /// Empty is the first page.
  public var pageToken: [UInt8] = []
  public var context: CallContext?

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.kindList(tag, "kinds", into: &kinds)
      case 2: owner = try reader.name(tag, "owner")
      case 3: project = try reader.name(tag, "project")
      case 4: environment = try reader.name(tag, "environment")
      case 5: try reader.set(tag, "states", "states", into: &states)
      case 6: try reader.duration(tag, "expiring_within", into: &expiringWithin)
      case 7: try reader.timestamp(tag, "last_used_before", into: &lastUsedBefore)
      case 8: text = try reader.string(tag, "text")
      case 9: sort = try reader.enumeration(tag, "sort")
      case 10: pageSize = try reader.uint32(tag, "page_size")
      case 11: pageToken = try reader.array(tag, "page_token")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, kindList: kinds)
    buffer.append(field: 2, name: owner)
    buffer.append(field: 3, name: project)
    buffer.append(field: 4, name: environment)
    buffer.append(field: 5, set: states)
    buffer.append(field: 6, duration: expiringWithin)
    buffer.append(field: 7, timestamp: lastUsedBefore)
    buffer.append(field: 8, string: text)
    buffer.append(field: 9, enumeration: sort)
    buffer.append(field: 10, varint: UInt64(pageSize))
    buffer.append(field: 11, bytes: pageToken)
    buffer.append(field: 15, message: context)
  }
}

public struct ListResponse: WireMessage {
  public var tokens: [Token] = []
  /// Empty: there are no more.
  public var nextPageToken: [UInt8] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "tokens", to: &tokens, atMost: Limits.pageSize)
      case 2: nextPageToken = try reader.array(tag, "next_page_token")
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: tokens)
    buffer.append(field: 2, bytes: nextPageToken)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
