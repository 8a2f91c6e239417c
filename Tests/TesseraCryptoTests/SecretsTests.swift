import Testing

import TesseraCrypto

@Suite struct SecretsTests {
  @Test func `random bytes differ`() {
    #expect(SecureRandom.bytes(count: 32) != SecureRandom.bytes(count: 32))
    #expect(SecureRandom.word() != SecureRandom.word())
    #expect(SecureRandom.bytes(count: 0) == [])
  }

  @Test func `hex is lower-case, two digits a byte`() {
    let bytes: [UInt8] = [0x00, 0x0f, 0xa0, 0xff]
    #expect(Hex.text(of: unsafe bytes.span.bytes) == "000fa0ff")
  }

  @Test func `a cleansed array is empty and its memory is overwritten`() {
    var secret: [UInt8] = [1, 2, 3]
    unsafe secret.withUnsafeMutableBytes { room in
      var span = unsafe MutableRawSpan(_unsafeBytes: room)
      Cleanse.zero(&span)
    }
    #expect(secret == [0, 0, 0])
    Cleanse.zero(&secret)
    #expect(secret.isEmpty)
  }
}

// The vectors of RFC 7914, section 12.
@Suite struct ScryptTests {
  private func key(_ scrypt: Scrypt, _ password: String, _ salt: String) -> String? {
    let password = Array(password.utf8)
    let salt = Array(salt.utf8)
    let key = scrypt.key(
      password: unsafe password.span.bytes, salt: unsafe salt.span.bytes, byteCount: 64)
    return key.map { Hex.text(of: unsafe $0.span.bytes) }
  }

  @Test func `scrypt gives the published keys`() {
    #expect(
      key(Scrypt(cost: 16, blockSize: 1, parallelism: 1), "", "")
        == "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")
    #expect(
      key(Scrypt(cost: 1024, blockSize: 8, parallelism: 16), "password", "NaCl")
        == "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")
    #expect(
      key(Scrypt(cost: 16384, blockSize: 8, parallelism: 1), "pleaseletmein", "SodiumChloride")
        == "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")
  }

  @Test func `parameters that are no scrypt or too large are refused`() {
    #expect(key(Scrypt(cost: 15, blockSize: 8, parallelism: 1), "a", "b") == nil)
    #expect(key(Scrypt(cost: 1 << 20, blockSize: 8, parallelism: 1), "a", "b") == nil)
  }
}
