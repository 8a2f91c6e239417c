/// The public handle of a token: 128 bits, ordered by time of creation, printed as `tok_…`.
///
/// The first 48 bits are the milliseconds since 1970, so that ids sort by age.
public struct TokenID: Hashable, Comparable, Sendable {
  public let high: UInt64
  public let low: UInt64

  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  public static let byteCount = 16

  @inlinable
  public static func < (a: TokenID, b: TokenID) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

/// The printed form: `tok_` and 26 digits of Crockford's base 32, lower case, most significant
/// first.
extension TokenID: LosslessStringConvertible {
  private static let prefix = "tok_"
  private static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  public var description: String {
    var text = Array(TokenID.prefix.utf8)
    // 128 bits are 26 digits of 5 with two bits over, which lead as zeros.
    for place in stride(from: 125, through: 0, by: -5) {
      let value =
        place >= 64
        ? high >> (place - 64) : (low >> place) | (place > 59 ? high << (64 - place) : 0)
      text.append(TokenID.digits[Int(value & 31)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads the printed form; nil for anything else.
  public init?(_ description: String) {
    guard description.hasPrefix(TokenID.prefix) else { return nil }
    let text = description.utf8.dropFirst(TokenID.prefix.utf8.count)
    guard text.count == 26 else { return nil }
    var high: UInt64 = 0
    var low: UInt64 = 0
    for (index, byte) in text.enumerated() {
      guard let digit = TokenID.digits.firstIndex(of: byte), index > 0 || digit < 8 else {
        return nil
      }
      high = high << 5 | low >> 59
      low = low << 5 | UInt64(digit)
    }
    self.init(high: high, low: low)
  }
}
