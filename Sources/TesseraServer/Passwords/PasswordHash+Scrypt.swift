import TesseraCrypto
import TesseraModel
import TesseraWire

extension PasswordHash {
  /// N = 2^15, r = 8, p = 1 of RFC 7914.
  ///
  /// r and p are those that the RFC names as a good choice today (section 2). N is the greatest
  /// power of two with which a password is checked in about a tenth of a second on one core: it
  /// costs whoever guesses as much, and 32 MiB for each guess made at a time, while the one thread
  /// that checks them here still takes ten a second. Each hash says what it was made with, so that
  /// this can grow.
  private enum New {
    static let logCost: UInt8 = 15
    static let blockSize: UInt8 = 8
    static let parallelism: UInt8 = 1
    static let saltBytes = 16
    static let keyBytes = 32
  }

  /// Above OpenSSL's own limit, which is 32 MiB, and a little less than N = 2^15 takes.
  static let memoryLimitBytes: UInt64 = 256 << 20

  /// The hash of a password with a new salt.
  ///
  /// - Throws: where there is no memory for it.
  static func make(
    of password: Secret, memoryLimitBytes: UInt64 = PasswordHash.memoryLimitBytes
  ) throws(Refusal) -> PasswordHash {
    var hash = PasswordHash(
      salt: SecureRandom.bytes(count: New.saltBytes), key: [], logCost: New.logCost,
      blockSize: New.blockSize, parallelism: New.parallelism)
    hash.key = try hash.derive(password, byteCount: New.keyBytes, memoryLimitBytes)
    return hash
  }

  /// What a password is checked against for a user who has none, so that it takes the same time. It
  /// is no password's hash: nobody can find one whose key is all zeros.
  static let nobodys = PasswordHash(
    salt: [UInt8](repeating: 0, count: New.saltBytes),
    key: [UInt8](repeating: 0, count: New.keyBytes),
    logCost: New.logCost, blockSize: New.blockSize, parallelism: New.parallelism)

  /// - Throws: where there is no memory to find out.
  func matches(
    _ password: Secret, memoryLimitBytes: UInt64 = PasswordHash.memoryLimitBytes
  ) throws(Refusal) -> Bool {
    guard !key.isEmpty else { return false }
    let derived = try derive(password, byteCount: key.count, memoryLimitBytes)
    return isEqualInConstantTime(derived, key)
  }

  private func derive(
    _ password: Secret, byteCount: Int, _ memoryLimitBytes: UInt64
  ) throws(Refusal) -> [UInt8] {
    guard logCost < 64 else { throw .noMemoryForPassword }
    let scrypt = Scrypt(
      cost: 1 << UInt64(logCost), blockSize: UInt64(blockSize), parallelism: UInt64(parallelism))
    let key = unsafe scrypt.key(
      password: password.bytes.span.bytes, salt: salt.span.bytes, byteCount: byteCount,
      memoryLimitBytes: memoryLimitBytes)
    guard let key else { throw .noMemoryForPassword }
    return key
  }
}

extension Refusal {
  fileprivate static let noMemoryForPassword = Refusal(
    .resourceExhausted, "the authority has no memory to hash a password with; try again",
    retryAfterMilliseconds: 1_000)
}
