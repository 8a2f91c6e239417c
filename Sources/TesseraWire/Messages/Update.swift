import TesseraBytes
import TesseraModel

/// Asks that a token be changed. What is nil stays as it is; what may be changed when is the
/// engine's to say.
public struct UpdateRequest: ContextualRequest {
  public typealias Response = UpdateResponse
  public static var method: Method { .update }

  /// nil where the request names none, which is to be refused.
  public var id: TokenID?
  /// The version that the change was made for; another than the token's refuses it.
  public var ifVersion: UInt32?
  /// Empty takes the name away.
  public var name: String?
  /// Empty takes the description away.
  public var description: String?
  /// Instead of the list that the token has.
  public var projects: [ProjectID]?
  public var scopes: ScopeSelection?
  public var expiry: ExpiryChoice?
  public var context: CallContext?

  public init() {}
  public init(_ id: TokenID) { self.id = id }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: id = try reader.tokenID(tag, "id")
      case 2: ifVersion = try reader.uint32(tag, "if_version")
      case 3: name = try reader.string(tag, "name")
      case 4: description = try reader.string(tag, "description")
      case 5:
        try reader.list(
          tag, "projects", "projects", into: &projects, atMost: Limits.projectsPerToken)
      case 6: try reader.scopes(tag, "scopes", into: &scopes)
      case 7...9: try reader.expiry(tag, first: 7, into: &expiry)
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, tokenID: id)
    if let ifVersion {
      buffer.append(field: 2, varint: UInt64(ifVersion), keepingDefault: true)
    }
    if let name { buffer.append(field: 3, string: name, keepingDefault: true) }
    if let description { buffer.append(field: 4, string: description, keepingDefault: true) }
    buffer.append(field: 5, list: projects)
    buffer.append(field: 6, scopes: scopes)
    buffer.append(firstField: 7, expiry: expiry)
    buffer.append(field: 15, message: context)
  }
}

public struct UpdateResponse: WireMessage {
  public var token: Token?
  public var warnings: [String] = []
  public var revision = Revision.zero

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.merge(tag, "token", into: &token)
      case 2: try reader.append(tag, "warnings", to: &warnings, atMost: Limits.warningsPerAnswer)
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, message: token)
    buffer.append(field: 2, strings: warnings)
    buffer.append(field: 3, varint: revision.rawValue)
  }
}
