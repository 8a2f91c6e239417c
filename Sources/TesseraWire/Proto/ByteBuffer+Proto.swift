import TesseraBytes

// Writes proto3 fields at the end of a buffer. A default value (0, false, empty) is left out, as
// proto3 has it, unless `keepingDefault` says that the field is there all the same: the member of a
// oneof, or one of a repeated field's elements.
extension ByteBuffer {
  @inlinable
  public mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  @inlinable
  public mutating func appendTag(_ number: UInt32, _ type: WireType) {
    appendVarint(FieldTag(number: number, wireType: type).encoded)
  }

  /// A uint64, a uint32 or an enum's number.
  @inlinable
  public mutating func append(
    field number: UInt32, varint value: UInt64, keepingDefault: Bool = false
  ) {
    guard value != 0 || keepingDefault else { return }
    appendTag(number, .varint)
    appendVarint(value)
  }

  /// An int64 or, widened, an int32: negative numbers take ten bytes.
  @inlinable
  public mutating func append(
    field number: UInt32, int64 value: Int64, keepingDefault: Bool = false
  ) {
    append(field: number, varint: UInt64(bitPattern: value), keepingDefault: keepingDefault)
  }

  @inlinable
  public mutating func append(
    field number: UInt32, bool value: Bool, keepingDefault: Bool = false
  ) {
    append(field: number, varint: value ? 1 : 0, keepingDefault: keepingDefault)
  }

  @inlinable
  public mutating func append(
    field number: UInt32, fixed64 value: UInt64, keepingDefault: Bool = false
  ) {
    guard value != 0 || keepingDefault else { return }
    appendTag(number, .fixed64)
    append(littleEndian: value)
  }

  @inlinable
  public mutating func append(
    field number: UInt32, bytes: borrowing RawSpan, keepingDefault: Bool = false
  ) {
    let count = bytes.byteCount
    guard count > 0 || keepingDefault else { return }
    appendTag(number, .lengthDelimited)
    appendVarint(UInt64(count))
    append(bytes)
  }

  @inlinable
  public mutating func append(
    field number: UInt32, bytes: [UInt8], keepingDefault: Bool = false
  ) {
    unsafe append(field: number, bytes: bytes.span.bytes, keepingDefault: keepingDefault)
  }

  @inlinable
  public mutating func append(
    field number: UInt32, string text: String, keepingDefault: Bool = false
  ) {
    let count = text.utf8.count
    guard count > 0 || keepingDefault else { return }
    appendTag(number, .lengthDelimited)
    appendVarint(UInt64(count))
    append(utf8: text)
  }

  /// A field whose value `body` appends: a message, or a packed list. It is written even where it
  /// is empty.
  ///
  /// One byte is kept for the length; a longer value is moved up once its length is known.
  @inlinable
  public mutating func append<Failure: Error>(
    field number: UInt32, _ body: (inout ByteBuffer) throws(Failure) -> Void
  ) throws(Failure) {
    appendTag(number, .lengthDelimited)
    let start = count
    append(UInt8(0))
    try body(&self)
    let length = count - start - 1
    if length < 0x80 {
      replace(at: start, byte: UInt8(truncatingIfNeeded: length))
    } else {
      widenLength(at: start, length)
    }
  }

  /// Turns the one byte kept at `start` into the varint of `length`, which needs more.
  @usableFromInline
  mutating func widenLength(at start: Int, _ length: Int) {
    var width = 1
    while length >> (7 * width) != 0 { width += 1 }
    openGap(at: start, width: width - 1)
    for place in 0..<width {
      let more: UInt8 = place < width - 1 ? 0x80 : 0
      let bits = UInt8(truncatingIfNeeded: length >> (7 * place)) & 0x7f
      replace(at: start + place, byte: bits | more)
    }
  }
}
