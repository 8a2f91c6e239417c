import Testing
import TesseraModel

import TesseraCrypto

@Suite struct TokenValueCryptoTests {
  @Test func `a new value is its prefix, a random part and a good checksum`() {
    let value = TokenValue.make(prefix: "default:production.")
    let text = String(decoding: value, as: UTF8.self)
    #expect(text.hasPrefix("default:production."))
    #expect(value.count == "default:production.".utf8.count + TokenValue.hashCharacters)
    let isHex = text.utf8.suffix(TokenValue.hashCharacters).allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
    }
    #expect(isHex)
    let isGood = TokenValue.hasGoodChecksum(unsafe value.span.bytes)
    #expect(isGood)
    #expect(TokenValue.make(prefix: "user:") != TokenValue.make(prefix: "user:"))
  }

  @Test func `a change of any one character is found`() {
    let value = TokenValue.make(prefix: "user:")
    for index in value.indices {
      var changed = value
      changed[index] = changed[index] == UInt8(ascii: "0") ? UInt8(ascii: "1") : UInt8(ascii: "0")
      let isGood = TokenValue.hasGoodChecksum(unsafe changed.span.bytes)
      #expect(!isGood, "character \(index)")
    }
  }

  @Test func `what is too short or no hex has no checksum`() {
    for text in ["", "abc", "00000000", "user:zzzzzzzz", "user:ABCDEF01"] {
      let isGood = TokenValue.hasGoodChecksum(unsafe text.utf8.span.bytes)
      #expect(!isGood)
    }
  }
}
