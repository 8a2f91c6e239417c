import TesseraBytes
import TesseraModel

/// Asks for the events that all of the members fit and that the caller may see, the newest first.
public struct ListEventsRequest: ContextualRequest {
  public typealias Response = ListEventsResponse
  public static var method: Method { .listEvents }

  public var kinds: Set<EventKind>?
  /// Who acted.
  public var user: UserID?
  /// Which token was changed.
  public var token: TokenID?
  /// Which entry of the registry was changed.
  public var entry: RegistryKey?
  /// Which user was changed.
  public var subjectUser: UserID?
  public var since: Timestamp?
  public var before: Timestamp?
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
      case 1: try reader.set(tag, "kinds", "kinds", into: &kinds)
      case 2: user = try reader.name(tag, "user")
      case 3: token = try reader.presentTokenID(tag, "token")
      case 4: try reader.registryKey(tag, "entry", into: &entry)
      case 5: subjectUser = try reader.name(tag, "subject_user")
      case 6: try reader.timestamp(tag, "since", into: &since)
      case 7: try reader.timestamp(tag, "before", into: &before)
      case 8: pageSize = try reader.uint32(tag, "page_size")
      case 9: pageToken = try reader.array(tag, "page_token")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, set: kinds)
    buffer.append(field: 2, name: user)
    buffer.append(field: 3, tokenID: token)
    buffer.append(field: 4, registryKey: entry)
    buffer.append(field: 5, name: subjectUser)
    buffer.append(field: 6, timestamp: since)
    buffer.append(field: 7, timestamp: before)
    buffer.append(field: 8, varint: UInt64(pageSize))
    buffer.append(field: 9, bytes: pageToken)
    buffer.append(field: 15, message: context)
  }
}

public struct ListEventsResponse: WireMessage {
  public var events: [ChangeEvent] = []
  /// Empty: there are no more.
  public var nextPageToken: [UInt8] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "events", to: &events, atMost: Limits.pageSize)
      case 2: nextPageToken = try reader.array(tag, "next_page_token")
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: events)
    buffer.append(field: 2, bytes: nextPageToken)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
