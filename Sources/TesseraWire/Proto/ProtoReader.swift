import TesseraBytes
import TesseraModel

/// How strictly a message is read, beyond what proto3 asks.
public enum MessageRole: Sendable {
  /// Asks for something. Refused where it names an enum's number that this version does not know,
  /// or holds an empty list where a list was asked for: what was meant cannot be carried out.
  case request
  /// Tells something. A number that this version does not know reads as not set, so that an older
  /// client understands the rest.
  case response
}

/// Reads the fields of one proto3 message in place, never past its end.
///
/// ```swift
/// while let tag = try reader.next() {
///   switch tag.number {
///   case 1: name = try reader.string(tag, "name")
///   default: try reader.skip(tag)
///   }
/// }
/// ```
///
/// After each tag exactly one value is read or skipped. The readers of values take the field's name
/// for the error they may throw, and check that the wire type is the one of the field's type.
///
/// Invariant: `0 <= offset <= bytes.byteCount`.
public struct ProtoReader: ~Escapable {
  @usableFromInline let bytes: RawSpan
  @usableFromInline var offset = 0
  /// How many levels of messages may still be inside this one.
  public let depth: Int
  public let role: MessageRole

  @inlinable
  @_lifetime(copy bytes)
  public init(
    _ bytes: RawSpan, depth: Int = Limits.messageDepth, role: MessageRole = .request
  ) {
    self.bytes = bytes
    self.depth = depth
    self.role = role
  }

  /// How many bytes have not been read.
  @inlinable
  public var remaining: Int { bytes.byteCount - offset }

  /// The tag of the next field; nil at the end of the message.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func next() throws(WireError) -> FieldTag? {
    if remaining == 0 { return nil }
    let start = offset
    let encoded = try varint("")
    // The greatest tag has 32 bits, and is refused where it is padded beyond the 5 bytes they need.
    guard offset - start <= 5, encoded >= 8, encoded <= UInt32.max else {
      throw .of(.badTag, "")
    }
    guard let wireType = WireType(rawValue: UInt8(encoded & 7)) else {
      throw .of(.badWireType, "")
    }
    return FieldTag(number: UInt32(encoded >> 3), wireType: wireType)
  }

  /// Passes over the value of a field that the schema does not have.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func skip(_ tag: FieldTag) throws(WireError) {
    switch tag.wireType {
    case .varint: _ = try varint("")
    case .fixed64: try advance(8, "")
    case .fixed32: try advance(4, "")
    case .lengthDelimited: try advance(length(""), "")
    }
  }

  /// A varint, of 1 to 10 bytes and at most 64 bits.
  @inlinable
  @_lifetime(self: copy self)
  mutating func varint(_ field: StaticString) throws(WireError) -> UInt64 {
    guard remaining > 0 else { throw .of(.truncated, field) }
    let first = byte(0)
    if first < 0x80 {
      offset += 1
      return UInt64(first)
    }
    return try longVarint(field)
  }

  @usableFromInline
  @_lifetime(self: copy self)
  mutating func longVarint(_ field: StaticString) throws(WireError) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<10 {
      guard place < remaining else { throw .of(.truncated, field) }
      let byte = byte(place)
      value |= UInt64(byte & 0x7f) << UInt64(place * 7)
      if byte < 0x80 {
        // The tenth byte has room for one bit.
        if place == 9, byte > 1 { throw .of(.overlongVarint, field) }
        offset += place + 1
        return value
      }
    }
    throw .of(.overlongVarint, field)
  }

  /// The length before a value, which is known to be there whole.
  @inlinable
  @_lifetime(self: copy self)
  mutating func length(_ field: StaticString) throws(WireError) -> Int {
    let length = try varint(field)
    guard length <= UInt64(remaining) else { throw .of(.truncated, field) }
    return Int(truncatingIfNeeded: length)
  }

  @inlinable
  @_lifetime(self: copy self)
  mutating func advance(_ count: Int, _ field: StaticString) throws(WireError) {
    guard count <= remaining else { throw .of(.truncated, field) }
    offset += count
  }

  /// The byte `ahead` of the next one; the caller knows that it is there.
  @inlinable
  func byte(_ ahead: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset &+ ahead, as: UInt8.self)
  }

  @inlinable
  func expect(_ tag: FieldTag, _ type: WireType, _ field: StaticString) throws(WireError) {
    if tag.wireType != type { throw .of(.wrongWireType, field) }
  }
}
