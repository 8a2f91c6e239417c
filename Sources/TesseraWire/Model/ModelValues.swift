import TesseraBytes
import TesseraModel

// Single values of the model in fields: ids, digests, names and enums.

extension TokenID {
  /// The id in 16 bytes, most significant first; nil for another number of bytes.
  @inlinable
  public init?(wire bytes: borrowing RawSpan) {
    guard bytes.byteCount == TokenID.byteCount else { return nil }
    self.init(high: bytes.load(bigEndianAt: 0), low: bytes.load(bigEndianAt: 8))
  }
}

extension Name {
  /// What a text is refused for that is no such name.
  static var violation: WireError.Reason {
    Self.self == ScopeSetName.self || Self.self == RoleName.self ? .badTitle : .badName
  }
}

extension ProtoReader {
  /// A token id; nil where the field is there and empty, which is as if it were not.
  @_lifetime(self: copy self)
  public mutating func tokenID(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> TokenID?
  {
    let bytes = try bytes(tag, field)
    if bytes.isEmpty { return nil }
    guard let id = TokenID(wire: bytes) else { throw .of(.badTokenID, field) }
    return id
  }

  /// A token id that is there: a member of a oneof or a list.
  @_lifetime(self: copy self)
  public mutating func presentTokenID(
    _ tag: FieldTag, _ field: StaticString
  ) throws(WireError) -> TokenID {
    guard let id = try tokenID(tag, field) else { throw .of(.badTokenID, field) }
    return id
  }

  /// A SHA-256 that is there: a member of a oneof.
  @_lifetime(self: copy self)
  mutating func presentDigest(
    _ tag: FieldTag, _ field: StaticString
  ) throws(WireError) -> Digest {
    let bytes = try bytes(tag, field)
    guard bytes.byteCount == Digest.byteCount else { throw .of(.badDigest, field) }
    return Digest(
      bytes.load(bigEndianAt: 0), bytes.load(bigEndianAt: 8), bytes.load(bigEndianAt: 16),
      bytes.load(bigEndianAt: 24))
  }

  /// A secret that is text, as passwords are; nil where it is empty, which is as if it were not.
  @_lifetime(self: copy self)
  mutating func password(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> Secret? {
    let text = try string(tag, field)
    return text.isEmpty ? nil : Secret(text)
  }

  /// The bytes of a project's, an environment's or a method's name, in place: checked to be one,
  /// and so ASCII.
  @_lifetime(copy self)
  @_lifetime(self: copy self)
  public mutating func nameBytes(_ tag: FieldTag, _ field: StaticString) throws(WireError)
    -> RawSpan
  {
    let bytes = try bytes(tag, field)
    try checkName(bytes, field)
    return bytes
  }

  /// A name that is there: a member of a oneof or a list.
  @_lifetime(self: copy self)
  public mutating func name<Text: Name>(
    _ tag: FieldTag, _ field: StaticString, as type: Text.Type = Text.self
  ) throws(WireError) -> Text {
    let start = offset
    let bytes = try bytes(tag, field)
    guard unsafe bytes.withUnsafeBytes({ unsafe Text.isValid($0) }) else {
      throw .of(Text.violation, field)
    }
    offset = start
    return Text(unchecked: try string(tag, field))
  }

  /// A name in a field of its own, where empty is not set.
  @_lifetime(self: copy self)
  public mutating func optionalName<Text: Name>(
    _ tag: FieldTag, _ field: StaticString, as type: Text.Type = Text.self
  ) throws(WireError) -> Text? {
    let start = offset
    if try bytes(tag, field).isEmpty { return nil }
    offset = start
    return try name(tag, field)
  }

  /// Reads one element of a repeated name field.
  @_lifetime(self: copy self)
  public mutating func append<Text: Name>(
    _ tag: FieldTag, _ field: StaticString, to names: inout [Text], atMost limit: Int
  ) throws(WireError) {
    guard names.count < limit else { throw .of(.tooMany, field) }
    do throws(WireError) {
      names.append(try name(tag, ""))
    } catch {
      throw error.inside(field, index: names.count)
    }
  }

  /// An enum in a field of its own: nil where it is not set, or in a response not known.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func enumeration<Value: RawRepresentable<UInt8>>(
    _ tag: FieldTag, _ field: StaticString, as type: Value.Type = Value.self
  ) throws(WireError) -> Value? {
    let number = try int32(tag, field)
    if number == 0 { return nil }
    if let raw = UInt8(exactly: number), let value = Value(rawValue: raw) { return value }
    if role == .request { throw .of(.unknownEnum, field) }
    return nil
  }

  /// The elements of a repeated enum that this field holds: many where it is packed, one where not.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func enumerations<Value: RawRepresentable<UInt8>>(
    _ tag: FieldTag, _ field: StaticString, as type: Value.Type = Value.self,
    _ body: (Value) -> Void
  ) throws(WireError) {
    guard tag.wireType == .lengthDelimited else {
      try element(Int32(truncatingIfNeeded: uint64(tag, field)), field, body)
      return
    }
    var packed = ProtoReader(try bytes(tag, field), depth: 0, role: role)
    while packed.remaining > 0 {
      try element(Int32(truncatingIfNeeded: packed.varint(field)), field, body)
    }
  }

  /// One element of a list, where 0 is no value either.
  @inlinable
  func element<Value: RawRepresentable<UInt8>>(
    _ number: Int32, _ field: StaticString, _ body: (Value) -> Void
  ) throws(WireError) {
    if let raw = UInt8(exactly: number), let value = Value(rawValue: raw) {
      body(value)
    } else if role == .request {
      throw .of(.unknownEnum, field)
    }
  }

  /// Adds the kinds that this field of a repeated TokenKind holds.
  @inlinable
  @_lifetime(self: copy self)
  public mutating func kinds(
    _ tag: FieldTag, _ field: StaticString, into kinds: inout KindSet
  ) throws(WireError) {
    var named = kinds
    try enumerations(tag, field, as: TokenKind.self) { named.insert($0) }
    kinds = named
  }

  /// A bool that selects by being there.
  @_lifetime(self: copy self)
  public mutating func selector(_ tag: FieldTag, _ field: StaticString) throws(WireError) {
    guard try bool(tag, field) else { throw .of(.mustBeTrue, field) }
  }
}

extension ByteBuffer {
  /// A token id in its 16 bytes; nil is left out.
  @inlinable
  public mutating func append(field number: UInt32, tokenID: TokenID?) {
    guard let tokenID else { return }
    appendTag(number, .lengthDelimited)
    append(UInt8(TokenID.byteCount))
    append(bigEndian: tokenID.high)
    append(bigEndian: tokenID.low)
  }

  /// A SHA-256 in its 32 bytes.
  mutating func append(field number: UInt32, digest: Digest) {
    appendTag(number, .lengthDelimited)
    append(UInt8(Digest.byteCount))
    append(bigEndian: digest.word0)
    append(bigEndian: digest.word1)
    append(bigEndian: digest.word2)
    append(bigEndian: digest.word3)
  }

  /// An enum's number; nil is left out.
  @inlinable
  public mutating func append(
    field number: UInt32, enumeration value: (some RawRepresentable<UInt8>)?
  ) {
    append(field: number, varint: UInt64(value?.rawValue ?? 0))
  }

  /// A packed list; an empty one is left out.
  public mutating func append(field number: UInt32, kinds: KindSet) {
    if kinds.isEmpty { return }
    append(field: number) { list in
      for kind in TokenKind.allCases where kinds.contains(kind) { list.append(kind.rawValue) }
    }
  }

  /// A name; nil is left out.
  public mutating func append(field number: UInt32, name: (some Name)?) {
    if let name { append(field: number, string: name.text) }
  }

  /// The elements of a repeated name field.
  public mutating func append(field number: UInt32, names: [some Name]) {
    for name in names { append(field: number, string: name.text) }
  }
}

/// Fails where the bytes are not a project's, an environment's or a method's name.
func checkName(_ bytes: borrowing RawSpan, _ field: StaticString) throws(WireError) {
  guard (1...Limits.nameBytes).contains(bytes.byteCount) else { throw .of(.badName, field) }
  for index in 0..<bytes.nameWordCount where !areNameBytes(bytes.nameWord(index)) {
    throw .of(.badName, field)
  }
}
