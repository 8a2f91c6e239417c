import COpenSSL
import TesseraModel

/// Whether the bytes are equal, found out in the same time wherever they differ: for what a peer
/// chooses and is compared with a secret. Of other lengths they are unequal, which is no secret.
public func isEqualInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  guard a.count == b.count else { return false }
  let difference = unsafe a.withUnsafeBytes { a in
    unsafe b.withUnsafeBytes { b in unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) }
  }
  return difference == 0
}

extension Digest {
  /// The 64 lower-case hex characters by which the digest is printed.
  public var hex: String {
    var text = [UInt8]()
    for word in [word0, word1, word2, word3] {
      unsafe withUnsafeBytes(of: word.bigEndian) { unsafe Hex.append($0.bytes, to: &text) }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// Overwrites secrets in a way that the optimiser does not remove.
public enum Cleanse {
  public static func zero(_ bytes: inout MutableRawSpan) {
    unsafe bytes.withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
  }

  /// Overwrites and empties an array. Copies that share no storage with it are not reached, so
  /// that a secret's array should have one owner.
  public static func zero(_ bytes: inout [UInt8]) {
    var elements = bytes.mutableSpan
    var span = unsafe elements.mutableBytes
    zero(&span)
    bytes.removeAll()
  }
}
