/// The SHA-256 of a token's value: all that the authority ever keeps of it.
public struct Digest: Hashable, Sendable {
  // Four words, the first eight bytes of the hash in the first, most significant byte first.
  public let word0: UInt64
  public let word1: UInt64
  public let word2: UInt64
  public let word3: UInt64

  @inlinable
  public init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
    self.word0 = word0
    self.word1 = word1
    self.word2 = word2
    self.word3 = word3
  }

  public static let byteCount = 32
}
