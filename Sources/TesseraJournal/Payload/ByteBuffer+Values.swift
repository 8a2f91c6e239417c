import TesseraBytes
import TesseraModel
import TesseraWire

// The values that have one form wherever they stand on disk. They are written even where they are
// zero, so that they can be told from a field that is missing.
extension ByteBuffer {
  mutating func append(id: TokenID) {
    append(bigEndian: id.high)
    append(bigEndian: id.low)
  }

  mutating func append(field number: UInt32, id: TokenID) {
    appendTag(number, .lengthDelimited)
    appendVarint(UInt64(TokenID.byteCount))
    append(id: id)
  }

  /// Ids, one after the other.
  mutating func append(field number: UInt32, ids: [TokenID]) {
    appendTag(number, .lengthDelimited)
    appendVarint(UInt64(ids.count * TokenID.byteCount))
    for id in ids { append(id: id) }
  }

  mutating func append(field number: UInt32, digest: Digest) {
    appendTag(number, .lengthDelimited)
    appendVarint(UInt64(Digest.byteCount))
    append(bigEndian: digest.word0)
    append(bigEndian: digest.word1)
    append(bigEndian: digest.word2)
    append(bigEndian: digest.word3)
  }

  mutating func append(field number: UInt32, time: Timestamp) {
    append(
      field: number, fixed64: UInt64(bitPattern: time.microseconds), keepingDefault: true)
  }
}

extension ProtoReader {
  @_lifetime(self: copy self)
  mutating func id(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> TokenID {
    let bytes = try bytes(tag, field)
    guard bytes.byteCount == TokenID.byteCount else {
      throw WireError(.badTokenID, field: field.description)
    }
    return TokenID(high: bytes.load(bigEndianAt: 0), low: bytes.load(bigEndianAt: 8))
  }

  @_lifetime(self: copy self)
  mutating func ids(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> [TokenID] {
    let bytes = try bytes(tag, field)
    guard bytes.byteCount % TokenID.byteCount == 0 else {
      throw WireError(.badTokenID, field: field.description)
    }
    return stride(from: 0, to: bytes.byteCount, by: TokenID.byteCount).map {
      TokenID(high: bytes.load(bigEndianAt: $0), low: bytes.load(bigEndianAt: $0 + 8))
    }
  }

  @_lifetime(self: copy self)
  mutating func digest(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> Digest {
    let bytes = try bytes(tag, field)
    guard bytes.byteCount == Digest.byteCount else {
      throw WireError(.truncated, field: field.description)
    }
    return Digest(
      bytes.load(bigEndianAt: 0), bytes.load(bigEndianAt: 8), bytes.load(bigEndianAt: 16),
      bytes.load(bigEndianAt: 24))
  }

  @_lifetime(self: copy self)
  mutating func time(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> Timestamp {
    Timestamp(microseconds: Int64(bitPattern: try fixed64(tag, field)))
  }

  /// A name as it was written: it was checked before it became part of a change.
  @_lifetime(self: copy self)
  mutating func name<N: Name>(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> N {
    N(unchecked: try string(tag, field))
  }

  /// The names in a `NameList`.
  @_lifetime(self: copy self)
  mutating func names<N: Name>(_ tag: FieldTag, _ field: StaticString) throws(WireError) -> [N] {
    var list = try message(tag, field)
    var names: [N] = []
    while let tag = try list.next() {
      guard tag.number == 1 else { throw unknown(tag, in: "NameList") }
      names.append(try list.name(tag, "names"))
    }
    return names
  }
}

/// What a field is refused with that this version does not know: to skip it would lose it.
@inline(never)
func unknown(_ tag: FieldTag, in message: StaticString) -> WireError {
  WireError(.unknownField, field: "\(message).\(tag.number)")
}

/// What a message is refused with that lacks a field it cannot be without.
@inline(never)
func missing(_ field: StaticString) -> WireError {
  WireError(.missing, field: field.description)
}
