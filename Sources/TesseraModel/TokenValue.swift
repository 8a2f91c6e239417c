/// The shape of a token's value, read without copying it.
///
/// `PROJECTS:ENV.HASH`, `user:HASH` or `service:HASH`; `HASH` is 64 lower-case hex characters, the
/// last 8 of which are the CRC-32 (IEEE) of every byte of the value before them.
public enum TokenValue {
  /// The random part and the checksum, in characters.
  public static let randomCharacters = 56
  public static let checksumCharacters = 8
  public static let hashCharacters = randomCharacters + checksumCharacters
  public static let randomBytes = randomCharacters / 2

  /// What comes before the hash of a new token.
  ///
  /// - Precondition: CLIENT and FRONTEND have projects and an environment.
  public static func prefix(
    kind: TokenKind, projects: ProjectSelection?, environment: EnvironmentID?
  ) -> String {
    switch kind {
    case .admin: return "*:*."
    case .personal: return "user:"
    case .service: return "service:"
    case .client, .frontend:
      guard let projects, let environment else { preconditionFailure("checked by the engine") }
      let shown =
        switch projects {
        case .one(let project): project.text
        case .list: "[]"
        case .all: "*"
        }
      return "\(shown):\(environment)."
    case .proxyKey: preconditionFailure("proxy keys are chosen, not made")
    }
  }

  /// The checksum written at the end of a value, or nil where its last 8 bytes are no lower-case
  /// hex.
  @inlinable
  public static func checksum(of value: borrowing RawSpan) -> UInt32? {
    guard value.byteCount > checksumCharacters else { return nil }
    // The digits are random, so that a branch for each would be guessed wrong every other time.
    var sum: UInt32 = 0
    var isHex = true
    for offset in value.byteCount - checksumCharacters..<value.byteCount {
      let byte = byte(value, offset)
      let (decimal, letter) = (byte &- UInt8(ascii: "0"), byte &- UInt8(ascii: "a"))
      isHex = (decimal < 10 || letter < 6) && isHex
      sum = sum &<< 4 | UInt32(decimal < 10 ? decimal : letter &+ 10)
    }
    return isHex ? sum : nil
  }

  /// The byte at `offset`, which must be within bounds.
  @inlinable
  public static func byte(_ value: borrowing RawSpan, _ offset: Int) -> UInt8 {
    unsafe value.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
