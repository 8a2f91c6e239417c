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
  public consuming func finish() -> Digest {
    var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
    unsafe withUnsafeMutableBytes(of: &words) {
      unsafe _ = SHA256_Final($0.assumingMemoryBound(to: UInt8.self).baseAddress, &state)
    }
    return Digest(words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
  }

  /// The longest input whose padding fits two blocks.
  @usableFromInline static let shortByteCount = 2 * 64 - 9

  /// The digest of `bytes`. Allocates nothing.
  @inlinable
  public static func digest(of bytes: borrowing RawSpan) -> Digest {
    if bytes.byteCount <= shortByteCount { return shortDigest(of: bytes) }
    var hash = SHA256()
    hash.update(bytes)
    return hash.finish()
  }

  /// The same for what fits two blocks, a token's value for one: padded here, so that OpenSSL sees
  /// whole blocks only. That saves a quarter of the time, which is its bookkeeping of partial ones.
  @usableFromInline
  static func shortDigest(of bytes: borrowing RawSpan) -> Digest {
    unsafe withUnsafeTemporaryAllocation(byteCount: 128, alignment: 16) { blocks in
      let count = bytes.byteCount
      let padded = count + 9 <= 64 ? 64 : 128
      unsafe blocks.initializeMemory(as: UInt8.self, repeating: 0)
      unsafe bytes.withUnsafeBytes { unsafe blocks.copyMemory(from: $0) }
      unsafe blocks.storeBytes(of: 0x80, toByteOffset: count, as: UInt8.self)
      unsafe blocks.storeBytes(
        of: UInt64(count * 8).bigEndian, toByteOffset: padded - 8, as: UInt64.self)
      var state = SHA256_CTX()
      unsafe SHA256_Init(&state)
      unsafe SHA256_Update(&state, blocks.baseAddress, padded)
      let hash = state.h
      return Digest(
        word(hash.0, hash.1), word(hash.2, hash.3), word(hash.4, hash.5), word(hash.6, hash.7))
    }
  }

  private static func word(_ high: UInt32, _ low: UInt32) -> UInt64 {
    UInt64(high) << 32 | UInt64(low)
  }
}
