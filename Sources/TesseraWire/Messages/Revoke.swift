import TesseraBytes
import TesseraModel

/// Asks that tokens stop. Revoking twice is not an error.
public struct RevokeRequest: ContextualRequest {
  public typealias Response = RevokeResponse
  public static var method: Method { .revoke }

  public enum Target: Equatable, Sendable {
    /// At least one, at most `Limits.idsPerRevoke`.
    case ids([TokenID])
    /// A token's value.
    case value(Secret)
    case filter(RevokeFilter)
  }

  /// nil where the request names none, which is to be refused.
  public var target: Target?
  public var reason = ""
  public var context: CallContext?

  public init() {}

  public init(_ target: Target, reason: String = "") {
    self.target = target
    self.reason = reason
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1:
        var ids: [TokenID] = if case .ids(let set) = target { set } else { [] }
        try reader.inside(tag, "ids") { reader throws(WireError) in
          try RevokeRequest.merge(&ids, from: &reader)
        }
        target = .ids(ids)
      case 2: target = .value(Secret(try reader.array(tag, "value")))
      case 3:
        var filter: RevokeFilter? = if case .filter(let set) = target { set } else { nil }
        try reader.merge(tag, "filter", into: &filter)
        target = filter.map(Target.filter)
      case 4: reason = try reader.string(tag, "reason")
      case 15: try reader.merge(tag, "context", into: &context)
      default: try reader.skip(tag)
      }
    }
  }

  /// The fields of a TokenIds.
  @_lifetime(reader: copy reader)
  private static func merge(
    _ ids: inout [TokenID], from reader: inout ProtoReader
  ) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: try reader.append(tag, "ids", to: &ids, atMost: Limits.idsPerRevoke)
      default: try reader.skip(tag)
      }
    }
    if reader.role == .request, ids.isEmpty { throw .of(.empty, "") }
  }

  public func append(to buffer: inout ByteBuffer) {
    switch target {
    case .ids(let ids):
      buffer.append(field: 1) { list in
        for id in ids { list.append(field: 1, tokenID: id) }
      }
    case .value(let value): buffer.append(field: 2, bytes: value.bytes, keepingDefault: true)
    case .filter(let filter): buffer.append(field: 3, message: filter)
    case nil: break
    }
    buffer.append(field: 4, string: reason)
    buffer.append(field: 15, message: context)
  }
}

/// Every token that all of the members fit.
public struct RevokeFilter: WireMessage {
  public static var role: MessageRole { .request }

  public var owner: UserID?
  public var project: ProjectID?
  public var environment: EnvironmentID?
  public var kinds: KindSet?
  public var issuedBefore: Timestamp?

  public init() {}

  /// Whether it names nothing, and so would fit every token: to be refused.
  public var isEmpty: Bool { self == RevokeFilter() }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: owner = try reader.name(tag, "owner")
      case 2: project = try reader.name(tag, "project")
      case 3: environment = try reader.name(tag, "environment")
      case 4: try reader.kindList(tag, "kinds", into: &kinds)
      case 5: try reader.timestamp(tag, "issued_before", into: &issuedBefore)
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, name: owner)
    buffer.append(field: 2, name: project)
    buffer.append(field: 3, name: environment)
    buffer.append(field: 4, kindList: kinds)
    buffer.append(field: 5, timestamp: issuedBefore)
  }
}
