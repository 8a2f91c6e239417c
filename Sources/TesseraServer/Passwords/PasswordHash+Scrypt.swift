import TesseraCrypto
import TesseraModel
import TesseraWire

extension PasswordHash {
  /// N = 2^15, r = 8, p = 1 of RFC 7914.
  ///
  /// r and p are those that the RFC names as a good choice today (section 2). N is the greatest power
  /// of two with which a password is checked in about a tenth of a second on one core: it costs whoever
  /// guesses as much, and 32 MiB for each guess made at a time, while the one thread that checks them
  /// here still takes ten a second. Each hash says what it was made with, so that this can grow.
  private enum New {
    static let logCost: UInt8 = 15
    static let blockSize: UInt8 = 8
    static let parallelism: UInt8 = 1
    static let saltBytes = 16
    static let keyBytes = 32
  }

  /// The hash of a password with a new salt.
  static func make(of password: Secret) -> PasswordHash {
    var hash = PasswordHash(
      salt: SecureRandom.bytes(count: New.saltBytes), key: [], logCost: New.logCost,
      blockSize: New.blockSize, parallelism: New.parallelism)
    guard let key = hash.derive(password, byteCount: New.keyBytes) else {
      preconditionFailure("scrypt refuses its own parameters, or has no memory")
    }
    hash.key = key
    return hash
  }

  /// What a password is checked against for a user who has none, so that it takes the same time. It is
  /// no password's hash: nobody can find one whose key is all zeros.
  static let nobodys = PasswordHash(
    salt: [UInt8](repeating: 0, count: New.saltBytes),
    key: [UInt8](repeating: 0, count: New.keyBytes),
    logCost: New.logCost, blockSize: New.blockSize, parallelism: New.parallelism)

  func matches(_ password: Secret) -> Bool {
    guard !key.isEmpty, let derived = derive(password, byteCount: key.count) else { return false }
    return isEqualInConstantTime(derived, key)
  }

  /// The memory limit is above OpenSSL's own, which is 32 MiB, and a little less than N = 2^15 takes.
  private func derive(_ password: Secret, byteCount: Int) -> [UInt8]? {
    guard logCost < 64 else { return nil }
    let scrypt = Scrypt(
      cost: 1 << UInt64(logCost), blockSize: UInt64(blockSize), parallelism: UInt64(parallelism))
    return unsafe scrypt.key(
      password: password.bytes.span.bytes, salt: salt.span.bytes, byteCount: byteCount,
      memoryLimitBytes: 256 << 20)
  }
}
