import TesseraBytes
import TesseraModel

/// Asks for the users that all of the members fit and that the caller may see, in order of their
/// ids.
public struct ListUsersRequest: ContextualRequest {
  public typealias Response = ListUsersResponse
  public static var method: Method { .listUsers }

  /// In the id or the name, whatever the case; empty is not asked.
  public var text = ""
  public var role: RoleName?
  /// Whose members they are, by a grant of their own or of a role.
  public var project: ProjectID?
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
      case 1: text = try reader.string(tag, "text")
      case 2: role = try reader.name(tag, "role")
      case 3: project = try reader.name(tag, "project")
      case 4: pageSize = try reader.uint32(tag, "page_size")
      case 5: pageToken = try reader.array(tag, "page_token")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, string: text)
    buffer.append(field: 2, name: role)
    buffer.append(field: 3, name: project)
    buffer.append(field: 4, varint: UInt64(pageSize))
    buffer.append(field: 5, bytes: pageToken)
    buffer.append(field: 15, message: context)
  }
}

public struct ListUsersResponse: WireMessage {
  public var users: [User] = []
  /// Empty: there are no more.
  public var nextPageToken: [UInt8] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "users", to: &users, atMost: Limits.pageSize)
      case 2: nextPageToken = try reader.array(tag, "next_page_token")
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, messages: users)
    buffer.append(field: 2, bytes: nextPageToken)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
