import TesseraBytes

// Each reads the value of the field whose tag was just read, and names it in its errors.
extension ProtoReader {
  @inlinable
  @_lifetime(self: copy self)
  public mutating func uint64(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> UInt64 {
    try expect(tag, .varint, field)
    return try varint(field)
  }

  /// The low 32 bits, as every proto3 parser has it.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func uint32(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> UInt32 {
    UInt32(truncatingIfNeeded: try uint64(tag, field))
  }

  @inlinable
  @_lifetime(self: copy self)
  public mutating func int64(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> Int64 {
    Int64(bitPattern: try uint64(tag, field))
  }

  /// An int32, or an enum's number before it is looked at.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func int32(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> Int32 {
    Int32(truncatingIfNeeded: try uint64(tag, field))
  }

  @inlinable
  @_lifetime(self: copy self)
  public mutating func bool(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> Bool {
    try uint64(tag, field) != 0
  }

  @inlinable
  @_lifetime(self: copy self)
  public mutating func fixed64(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> UInt64 {
    try expect(tag, .fixed64, field)
    let start = offset
    try advance(8, field)
    return bytes.load(littleEndianAt: start)
  }

  /// The bytes of a string, a bytes field, a packed list or a message, in place.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func bytes(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> RawSpan {
    try expect(tag, .lengthDelimited, field)
    let count = try length(field)
    let start = offset
    offset += count
    return bytes.extracting(start..<offset)
  }

  /// A copy of a bytes field.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func array(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> [UInt8] {
    try bytes(tag, field).array
  }

  /// A string, whose bytes must be UTF-8.
  @_lifetime(self: copy self)
  public mutating func string(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> String {
    let bytes = try bytes(tag, field)
    // Millions are read at a start: `String(validating:)` takes three times as long.
    guard let text = try? UTF8Span(validating: Span(_bytes: bytes)) else {
      throw .of(.notUTF8, field)
    }
    return String(copying: text)
  }

  /// A reader of the message in this field. Its errors do not name the field:
  /// see `WireError.inside`.
  @inlinable
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func message(
    _ tag: FieldTag, _ field: StaticString
  ) throws(WireError) -> ProtoReader {
    guard depth > 0 else { throw .of(.tooDeep, field) }
    return ProtoReader(try bytes(tag, field), depth: depth - 1, role: role)
  }
}
