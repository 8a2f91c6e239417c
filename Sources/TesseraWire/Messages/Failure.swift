import TesseraBytes
import TesseraModel

/// The payload of a response whose status is not OK, and of a goaway.
public struct Failure: WireMessage {
  /// What was wrong and what to do about it.
  public var message = ""
  /// The path of the request's field at fault; empty where it is none.
  public var field = ""
  /// How long to wait before trying again; 0 where waiting does not help.
  public var retryAfterMilliseconds: UInt32 = 0
  /// The change may have been made all the same.
  public var outcomeUnknown = false

  public init() {}

  public init(message: String) { self.message = message }

  public init(_ refusal: Refusal) {
    message = refusal.message
    field = refusal.field
    retryAfterMilliseconds = refusal.retryAfterMilliseconds
    outcomeUnknown = refusal.isOutcomeUnknown
  }

  /// What a call ended with that failed with `code`.
  public func refusal(_ code: StatusCode) -> Refusal {
    Refusal(
      code, message, field: field, retryAfterMilliseconds: retryAfterMilliseconds,
      isOutcomeUnknown: outcomeUnknown)
  }

  @_lifetime(reader: copy reader)
  public mutating func merge(from reader: inout ProtoReader) throws(WireError) {
    while let tag = try reader.next() {
      switch tag.number {
      case 1: message = try reader.string(tag, "message")
      case 2: field = try reader.string(tag, "field")
      case 3: retryAfterMilliseconds = try reader.uint32(tag, "retry_after_ms")
      case 4: outcomeUnknown = try reader.bool(tag, "outcome_unknown")
      default: try reader.skip(tag)
      }
    }
  }

  public func append(to buffer: inout ByteBuffer) {
    buffer.append(field: 1, string: message)
    buffer.append(field: 2, string: field)
    buffer.append(field: 3, varint: UInt64(retryAfterMilliseconds))
    buffer.append(field: 4, bool: outcomeUnknown)
  }
}
