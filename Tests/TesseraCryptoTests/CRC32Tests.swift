import Testing

@testable import TesseraCrypto

@Suite struct CRC32Tests {
  private func checksum(_ bytes: [UInt8]) -> UInt32 { CRC32.checksum(of: unsafe bytes.span.bytes) }

  /// The definition, a bit at a time.
  private func definition(_ bytes: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
    }
    return ~sum
  }

  @Test func `published checksums`() {
    #expect(checksum([]) == 0)
    #expect(checksum(Array("123456789".utf8)) == 0xcbf4_3926)
    #expect(checksum(Array("The quick brown fox jumps over the lazy dog".utf8)) == 0x414f_a339)
  }

  @Test func `every length agrees with the definition`() {
    let bytes = (0..<600).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ $0 >> 3) }
    for length in 0...300 {
      for start in [0, 1, 7, 64, 299] {
        let part = Array(bytes[start..<start + length])
        #expect(checksum(part) == definition(part), "\(length) bytes from \(start)")
        let byTables = CRC32.checksumByTables(of: unsafe part.span.bytes, continuing: 0)
        #expect(byTables == definition(part), "\(length) bytes from \(start), by tables")
      }
    }
  }

  @Test func `a checksum continues over pieces`() {
    let bytes = (0..<100).map { UInt8($0) }
    for length in 0...100 {
      let (head, tail) = (Array(bytes[..<length]), Array(bytes[length...]))
      let sum = CRC32.checksum(of: unsafe tail.span.bytes, continuing: checksum(head))
      #expect(sum == definition(bytes))
    }
  }
}
