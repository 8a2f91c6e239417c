import TesseraModel

/// Token values of the documented form, made without secrecy in mind: for tests.
enum TestValue {
  static func make(
    kind: TokenKind, projects: ProjectSelection?, environment: EnvironmentID?
  ) -> String {
    let digits = Array("0123456789abcdef")
    let prefix = TokenValue.prefix(kind: kind, projects: projects, environment: environment)
    let body =
      prefix + String((0..<TokenValue.randomCharacters).map { _ in digits.randomElement() ?? "0" })
    return body + checksum(of: body.utf8)
  }

  /// Whether the value's end is the checksum of what stands before it.
  static func isWellFormed(_ value: [UInt8]) -> Bool {
    guard (TokenValue.checksumCharacters + 1...Limits.tokenValueBytes).contains(value.count)
    else { return false }
    let body = value.dropLast(TokenValue.checksumCharacters)
    return value.suffix(TokenValue.checksumCharacters).elementsEqual(checksum(of: body).utf8)
  }

  /// CRC-32 (IEEE) in hex, bit by bit.
  static func checksum(of bytes: some Sequence<UInt8>) -> String {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum >> 1 ^ (sum & 1 == 1 ? 0xedb8_8320 : 0) }
    }
    let digits = String(~sum, radix: 16)
    return String(repeating: "0", count: TokenValue.checksumCharacters - digits.count) + digits
  }
}
