import COpenSSL

/// The password hash of RFC 7914.
public struct Scrypt: Hashable, Sendable {
  /// N: a power of two above 1. Memory is about 128 * N * r bytes.
  public let cost: UInt64
  /// r
  public let blockSize: UInt64
  /// p
  public let parallelism: UInt64

  public init(cost: UInt64, blockSize: UInt64, parallelism: UInt64) {
    self.cost = cost
    self.blockSize = blockSize
    self.parallelism = parallelism
  }

  /// A key of `byteCount` bytes, or nil where the parameters are not scrypt's or the memory they
  /// ask for is above `memoryLimitBytes`. Takes as long as the cost says: never on a reactor.
  public func key(
    password: borrowing RawSpan, salt: borrowing RawSpan, byteCount: Int,
    memoryLimitBytes: UInt64 = 256 << 20
  ) -> [UInt8]? {
    var key = [UInt8](repeating: 0, count: byteCount)
    let derived = unsafe password.withUnsafeBytes { password in
      unsafe salt.withUnsafeBytes { salt in
        unsafe key.withUnsafeMutableBufferPointer { key in
          // A null password would mean "only check the parameters": an empty one points anywhere.
          let text = unsafe password.baseAddress ?? UnsafeRawPointer(key.baseAddress)
          return unsafe EVP_PBE_scrypt(
            text?.assumingMemoryBound(to: CChar.self), password.count,
            salt.assumingMemoryBound(to: UInt8.self).baseAddress, salt.count,
            cost, blockSize, parallelism, memoryLimitBytes, key.baseAddress, key.count)
        }
      }
    }
    guard derived == 1 else {
      ERR_clear_error()
      return nil
    }
    return key
  }
}
