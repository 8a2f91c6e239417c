import COpenSSL
import TesseraModel

/// SHA-256 (FIPS 180-4) over OpenSSL's low-level functions, its state on the stack: EVP would cost
/// several hundred nanoseconds more for each token.
///
/// The noncopyable value takes its input in pieces; `digest(of:)` takes it whole.
public struct SHA256: ~Copyable {
  @usableFromInline var state = SHA256_CTX()

  @inlinable
  public init() { unsafe SHA256_Init(&state) }

  @inlinable
  public mutating func update(_ bytes: borrowing RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe _ = SHA256_Update(&state, $0.baseAddress, $0.count) }
  }

  @inlinable
  public consuming func finish() -> Digest { unsafe SHA256.finish(&state) }

  /// The digest of `bytes`. Allocates nothing.
  @inlinable
  public static func digest(of bytes: borrowing RawSpan) -> Digest {
    // Not by a value of this type, which is copied whole between its calls.
    var state = SHA256_CTX()
    unsafe SHA256_Init(&state)
    unsafe bytes.withUnsafeBytes { unsafe _ = SHA256_Update(&state, $0.baseAddress, $0.count) }
    return unsafe finish(&state)
  }

  @inlinable
  static func finish(_ state: UnsafeMutablePointer<SHA256_CTX>) -> Digest {
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    unsafe withUnsafeMutableBytes(of: &words) {
      unsafe _ = SHA256_Final($0.assumingMemoryBound(to: UInt8.self).baseAddress, state)
    }
    return Digest(words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }
}
