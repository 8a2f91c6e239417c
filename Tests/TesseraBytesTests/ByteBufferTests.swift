import Testing

import TesseraBytes

@Suite struct ByteBufferTests {
  private func contents(_ buffer: borrowing ByteBuffer) -> [UInt8] {
    let bytes = buffer.bytes
    return (0..<bytes.byteCount).map { bytes[$0] }
  }

  @Test func `what is appended is read back in order, across growth`() {
    var buffer = ByteBuffer()
    for value in 0..<1000 { buffer.append(UInt8(truncatingIfNeeded: value)) }
    #expect(contents(buffer) == (0..<1000).map { UInt8(truncatingIfNeeded: $0) })
  }

  /// In an optimised build: a debug build keeps every temporary value to the end of its scope.
  @Test(arguments: ["", "default", "environment", "fifteen bytes .", "sixteen bytes .."])
  func `texts of any length are appended whole where the memory grows`(_ text: String) {
    for capacity in 0..<100 {
      var buffer = ByteBuffer(capacity: capacity)
      for _ in 0..<20 { buffer.append(utf8: text) }
      #expect(contents(buffer) == Array(String(repeating: text, count: 20).utf8))
    }
  }

  @Test func `integers have the byte order they ask for`() {
    var buffer = ByteBuffer()
    buffer.append(bigEndian: UInt32(0x0102_0304))
    buffer.append(littleEndian: UInt16(0x0506))
    buffer.replace(at: 1, bigEndian: 0xaabb_ccdd)
    #expect(contents(buffer) == [1, 0xaa, 0xbb, 0xcc, 0xdd, 5])
  }

  @Test func `consumed bytes make room before memory grows`() {
    var buffer = ByteBuffer(capacity: 64)
    for round in 0..<100 {
      buffer.append([UInt8](repeating: UInt8(round), count: 40))
      buffer.consume(20)
      buffer.consume(20)
    }
    let (isEmpty, capacity) = (buffer.isEmpty, buffer.capacity)
    #expect(isEmpty)
    #expect(capacity == 64)
  }

  @Test func `contents survive being moved to the front`() {
    var buffer = ByteBuffer(capacity: 8)
    buffer.append([1, 2, 3, 4, 5, 6, 7, 8])
    buffer.consume(6)
    buffer.append([9, 10])
    #expect(contents(buffer) == [7, 8, 9, 10])
    let capacity = buffer.capacity
    #expect(capacity == 8)
  }

  @Test func `lent room keeps what was written and no more`() {
    var buffer = ByteBuffer()
    buffer.append(1)
    unsafe buffer.append(upTo: 100) { room in
      unsafe room[0] = 2
      return 1
    }
    buffer.truncate(to: 2)
    buffer.append([])
    #expect(contents(buffer) == [1, 2])
  }

  @Test func `emptying can give the memory back`() {
    var buffer = ByteBuffer(capacity: 1024)
    buffer.append(1)
    buffer.removeAll(keepingAtMost: 100)
    let (isEmpty, capacity) = (buffer.isEmpty, buffer.capacity)
    #expect(isEmpty && capacity == 0)
    buffer.append(2)
    #expect(contents(buffer) == [2])
  }
}
