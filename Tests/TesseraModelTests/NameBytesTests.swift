import TesseraModel
import Testing

@Suite struct NameBytesTests {
  private static let allowed = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-".utf8)

  @Test func `a name may hold letters, digits and four marks, and no other byte`() {
    for byte in UInt8.min...UInt8.max {
      #expect(isNameByte(byte) == Self.allowed.contains(byte), "\(byte)")
    }
  }

  @Test func `one bad byte among eight is seen wherever it is, whatever its neighbours are`() {
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        for neighbour in [UInt8(ascii: "-"), UInt8(ascii: "~"), UInt8(ascii: "A")] {
          var word = UInt64(neighbour) &* 0x0101_0101_0101_0101
          word &= ~(0xff << UInt64(place * 8))
          word |= UInt64(byte) << UInt64(place * 8)
          #expect(areNameBytes(word) == Self.allowed.contains(byte))
        }
      }
    }
  }

  @Test(arguments: 1...40)
  func `every byte of a name is in its words, and nothing else`(count: Int) {
    let name = (0..<count).map { UInt8($0 + 1) }
    let words = words(of: name)
    #expect(words.count == (count + 7) / 8)
    let bytes = Set(words.flatMap { word in (0..<8).map { UInt8(word >> ($0 * 8) & 0xff) } })
    #expect(bytes == Set(name))
    for place in 0..<count {
      var other = name
      other[place] = 200
      #expect(self.words(of: other) != words)
    }
  }

  private func words(of name: [UInt8]) -> [UInt64] {
    let span = name.span
    let bytes = unsafe span.bytes
    return (0..<bytes.nameWordCount).map { bytes.nameWord($0) }
  }
}
