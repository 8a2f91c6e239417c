import TesseraBytes
import TesseraModel

/// The numbers are those of `tessera.v1.ServingStatus`.
public enum ServingStatus: UInt8, CaseIterable, Sendable {
  case serving = 1
  /// Validations are answered; changes are refused, since the disk takes none.
  case readOnly = 2
  case starting = 3
  /// Calls that were received are answered; new ones go elsewhere.
  case draining = 4
}

/// Asks how the authority is. Anyone may.
public struct HealthRequest: RequestMessage {
  public typealias Response = HealthResponse
  public static var method: Method { .health }

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() { try reader.skip(tag) }
  }

  public func append(to buffer: inout ByteBuffer) {}
}

public struct HealthResponse: WireMessage {
  public var status: ServingStatus?
  /// Of the authority's software.
  public var version = ""
  public var revision = Revision.zero
  public var startedAt: Timestamp?
  /// How many the authority holds, in whatever state.
  public var tokens: UInt64 = 0
  /// Why the status is `readOnly`, and what to do; empty where it is not.
  public var reason = ""

  public init() {}

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: status = try reader.enumeration(tag, "status")
      case 2: version = try reader.string(tag, "version")
      case 3: revision = Revision(rawValue: try reader.uint64(tag, "revision"))
      case 4: try reader.timestamp(tag, "started_at", into: &startedAt)
      case 5: tokens = try reader.uint64(tag, "tokens")
      case 6: reason = try reader.string(tag, "reason")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, enumeration: status)
    buffer.append(field: 2, string: version)
    buffer.append(field: 3, varint: revision.rawValue)
    buffer.append(field: 4, timestamp: startedAt)
    buffer.append(field: 5, varint: tokens)
    buffer.append(field: 6, string: reason)
  }
}
