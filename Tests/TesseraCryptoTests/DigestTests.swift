import Testing
import TesseraModel

import TesseraCrypto

@Suite struct DigestTests {
  private func digest(_ text: String) -> String {
    SHA256.digest(of: unsafe text.utf8.span.bytes).hex
  }

  // The examples of FIPS 180-4.
  @Test func `SHA-256 gives the published digests`() {
    #expect(digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      digest(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `the first eight bytes of the hash are the first word`() {
    let digest = SHA256.digest(of: unsafe "abc".utf8.span.bytes)
    #expect(digest.word0 == 0xba78_16bf_8f01_cfea)
    #expect(digest.word3 == 0xb410_ff61_f200_15ad)
  }

  @Test func `bytes that differ anywhere are unequal in constant time too`() {
    #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
    #expect(isEqualInConstantTime([], []))
    for byte in UInt8.min...UInt8.max {
      for other in UInt8.min...UInt8.max where other != byte {
        #expect(!isEqualInConstantTime([byte, 7], [other, 7]))
        #expect(!isEqualInConstantTime([7, byte], [7, other]))
      }
    }
    for other: [UInt8] in [[0, 2, 3], [1, 0, 3], [1, 2, 0], [1, 2], [1, 2, 3, 4], []] {
      #expect(!isEqualInConstantTime([1, 2, 3], other))
    }
  }
}
