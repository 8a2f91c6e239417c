import TesseraBytes
import TesseraSystem

/// Which authority a file belongs to: 128 random bits, chosen when the data directory is made.
public struct AuthorityID: Hashable, Sendable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// A new id from the system's random numbers.
  public static func random() -> AuthorityID {
    AuthorityID(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
  }

  static let byteCount = 16

  /// What the checksum of every frame begins with, so that no frame of another authority, and no
  /// bytes that a caller could choose, pass for one of this authority.
  var seed: CRC32C {
    var bytes = ByteBuffer(capacity: AuthorityID.byteCount)
    bytes.append(littleEndian: high)
    bytes.append(littleEndian: low)
    return CRC32C(of: bytes.bytes)
  }
}

extension AuthorityID: CustomStringConvertible {
  /// 32 hexadecimal digits.
  public var description: String { AuthorityID.digits(high) + AuthorityID.digits(low) }

  private static func digits(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
