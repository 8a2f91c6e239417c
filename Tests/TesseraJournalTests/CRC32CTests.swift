import SimulatedMachine
import Testing
import TesseraBytes

@testable import TesseraSystem

@Suite struct CRC32CTests {
  private func checksum(_ bytes: [UInt8]) -> UInt32 {
    unsafe CRC32C(of: bytes.span.bytes).rawValue
  }

  @Test func `the vectors of RFC 3720 come out`() {
    #expect(checksum([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(checksum([UInt8](repeating: 0xff, count: 32)) == 0x62a8_ab43)
    #expect(checksum((0..<32).map { UInt8($0) }) == 0x46dd_794e)
    #expect(checksum((0..<32).map { UInt8(31 - $0) }) == 0x113f_db5c)
    #expect(checksum(Array("123456789".utf8)) == 0xe306_9283)
    #expect(checksum([]) == 0)
  }

  @Test func `instruction and table agree at every length and in parts`() {
    var random = SeededGenerator.announced()
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
      let start = CRC32C(rawValue: .random(in: 0 ... .max, using: &random))
      let whole = unsafe start.extended(over: bytes.span.bytes)
      #expect(unsafe start.extendedByTable(over: bytes.span.bytes) == whole)
      let middle = Int.random(in: 0...count, using: &random)
      let parts = unsafe start.extended(over: bytes.span.bytes.extracting(0..<middle))
        .extended(over: bytes.span.bytes.extracting(middle..<count))
      #expect(parts == whole)
    }
  }
}
