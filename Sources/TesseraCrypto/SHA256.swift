import COpenSSL
import TesseraModel

/// SHA-256 (FIPS 180-4) over OpenSSL's low-level functions, its state on the stack: EVP would cost
/// several hundred nanoseconds more for each token.
public enum SHA256 {
  /// The digest of `bytes`. Allocates nothing.
  @inlinable
  public static func digest(of bytes: borrowing RawSpan) -> Digest {
    var state = SHA256_CTX()
    unsafe SHA256_Init(&state)
    unsafe bytes.withUnsafeBytes { unsafe _ = SHA256_Update(&state, $0.baseAddress, $0.count) }
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    unsafe withUnsafeMutableBytes(of: &words) {
      unsafe _ = SHA256_Final($0.assumingMemoryBound(to: UInt8.self).baseAddress, &state)
    }
    return Digest(words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }
}
