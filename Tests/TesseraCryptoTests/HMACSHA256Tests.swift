import TesseraCrypto
import Testing

@Suite struct HMACSHA256Tests {
  /// RFC 4231, the second and the third test case.
  @Test func `it makes the codes of RFC 4231`() {
    let question = Array("what do ya want for nothing?".utf8)
    let first = unsafe HMACSHA256.code(of: question.span.bytes, key: Array("Jefe".utf8))
    #expect(first.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    let bytes = [UInt8](repeating: 0xdd, count: 50)
    let second = unsafe HMACSHA256.code(
      of: bytes.span.bytes, key: [UInt8](repeating: 0xaa, count: 20))
    #expect(second.hex == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe")
  }
}
