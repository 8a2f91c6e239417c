import Testing
import TesseraBytes
import TesseraWire

@Suite struct ProtoReaderTests {
  @Test(arguments: [
    0, 1, 0x7f, 0x80, 0x3fff, 0x4000, UInt64(UInt32.max), UInt64(UInt32.max) + 1, 1 << 63, .max,
  ])
  func `a varint comes back as it was written`(value: UInt64) throws {
    var buffer = ByteBuffer()
    buffer.append(field: 1, varint: value, keepingDefault: true)
    var reader = ProtoReader(buffer.bytes)
    let tag = try #require(try reader.next())
    let (number, read) = (tag.number, try reader.uint64(tag, "value"))
    #expect(number == 1)
    #expect(read == value)
    let end = try reader.next()
    #expect(end == nil)
  }

  @Test func `values of every wire type that the schema has come back`() throws {
    var buffer = ByteBuffer()
    buffer.append(field: 1, int64: -1)
    buffer.append(field: 536_870_911, fixed64: .max)
    buffer.append(field: 4, string: "zażółć")
    buffer.append(field: 5, bool: true)
    var reader = ProtoReader(buffer.bytes)
    var seen: [String] = []
    while let tag = try reader.next() {
      switch tag.number {
      case 1: seen.append("\(try reader.int64(tag, "a"))")
      case 4: seen.append(try reader.string(tag, "d"))
      case 5: seen.append("\(try reader.bool(tag, "e"))")
      default: seen.append("\(try reader.fixed64(tag, "c"))")
      }
    }
    #expect(seen == ["-1", "18446744073709551615", "zażółć", "true"])
  }

  @Test func `defaults are left out unless they are asked for`() {
    var buffer = ByteBuffer()
    buffer.append(field: 1, varint: 0)
    buffer.append(field: 2, string: "")
    buffer.append(field: 3, bytes: [UInt8]())
    buffer.append(field: 4, bool: false)
    var bytes = buffer.bytes.array
    #expect(bytes.isEmpty)
    buffer.append(field: 2, string: "", keepingDefault: true)
    bytes = buffer.bytes.array
    #expect(bytes == [0x12, 0])
  }

  @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, 100_000])
  func `a length is as wide as it needs`(count: Int) throws {
    var buffer = ByteBuffer()
    buffer.append(UInt8(0xff))
    buffer.append(field: 1) { outer in
      outer.append(field: 2, bytes: [UInt8](repeating: 7, count: count), keepingDefault: true)
    }
    buffer.append(field: 3, varint: 5)
    buffer.consume(1)
    var reader = ProtoReader(buffer.bytes)
    let outer = try #require(try reader.next())
    var inner = try reader.message(outer, "outer")
    let tag = try #require(try inner.next())
    let read = try inner.array(tag, "inner")
    #expect(read == [UInt8](repeating: 7, count: count))
    let after = try #require(try reader.next())
    let last = try reader.uint64(after, "last")
    #expect(last == 5)
  }

  @Test func `unknown fields are passed over`() throws {
    var buffer = ByteBuffer()
    buffer.append(field: 100, varint: .max)
    // Field 101 of four bytes, which no field of the schema has.
    buffer.append([0xad, 0x06, 1, 0, 0, 0])
    buffer.append(field: 102, fixed64: 1)
    buffer.append(field: 103, string: "later")
    var reader = ProtoReader(buffer.bytes)
    var count = 0
    while let tag = try reader.next() {
      try reader.skip(tag)
      count += 1
    }
    #expect(count == 4)
  }

  @Test(
    arguments: [
      ([0x08], .truncated), ([0x08, 0x80], .truncated), ([0x12, 5, 1], .truncated),
      ([0x15, 1, 2, 3], .truncated), ([0x11, 1], .truncated),
      ([0x12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], .truncated),
      ([0x08] + [UInt8](repeating: 0x80, count: 10) + [0], .overlongVarint),
      ([0x08] + [UInt8](repeating: 0x80, count: 9) + [2], .overlongVarint),
      ([0x00, 0x00], .badTag), ([0x02, 0x00], .badTag),
      ([0x88, 0x80, 0x80, 0x80, 0x80, 0x00, 0], .badTag),
      ([0x80, 0x80, 0x80, 0x80, 0x10, 0], .badTag),
      ([0x0b, 0x0c], .badWireType), ([0x0c], .badWireType), ([0x0e], .badWireType),
      ([0x0f], .badWireType),
    ] as [([UInt8], WireError.Reason)])
  func `bytes that are no message are refused`(bytes: [UInt8], reason: WireError.Reason) {
    let buffer = ByteBuffer(copying: unsafe bytes.span.bytes)
    #expect(throws: WireError(reason)) {
      var reader = ProtoReader(buffer.bytes)
      while let tag = try reader.next() { try reader.skip(tag) }
    }
  }

  @Test func `a value of another wire type is refused by its field's name`() {
    var buffer = ByteBuffer()
    buffer.append(field: 1, fixed64: 1)
    let bytes = buffer.bytes.array
    #expect(throws: WireError(.wrongWireType, field: "name")) {
      var reader = unsafe ProtoReader(bytes.span.bytes)
      while let tag = try reader.next() { _ = try reader.string(tag, "name") }
    }
  }

  @Test(arguments: [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]] as [[UInt8]])
  func `a string that is not UTF-8 is refused by its field's name`(text: [UInt8]) {
    var buffer = ByteBuffer()
    buffer.append(field: 1, bytes: text)
    let bytes = buffer.bytes.array
    #expect(throws: WireError(.notUTF8, field: "name")) {
      var reader = unsafe ProtoReader(bytes.span.bytes)
      while let tag = try reader.next() { _ = try reader.string(tag, "name") }
    }
  }

  @Test func `messages nest as deep as the limit and no deeper`() throws {
    #expect(try depth(ofMessagesNested: 3, limit: 3) == 3)
    #expect(throws: WireError(.tooDeep, field: "inner")) {
      try depth(ofMessagesNested: 4, limit: 3)
    }
  }

  private func depth(ofMessagesNested levels: Int, limit: Int) throws(WireError) -> Int {
    var bytes: [UInt8] = []
    for _ in 0..<levels { bytes = [0x0a, UInt8(bytes.count)] + bytes }
    func descend(_ reader: inout ProtoReader) throws(WireError) -> Int {
      guard let tag = try reader.next() else { return 0 }
      var inner = try reader.message(tag, "inner")
      return 1 + (try descend(&inner))
    }
    var reader = unsafe ProtoReader(bytes.span.bytes, depth: limit)
    return try descend(&reader)
  }
}
