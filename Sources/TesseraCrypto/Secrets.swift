import COpenSSL
import TesseraModel

extension Digest {
  /// Equality in the same time wherever the digests differ, for comparing with a secret's digest
  /// that is chosen by the peer.
  public func isEqualInConstantTime(to other: Digest) -> Bool {
    (word0 ^ other.word0) | (word1 ^ other.word1) | (word2 ^ other.word2) | (word3 ^ other.word3)
      == 0
  }

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
