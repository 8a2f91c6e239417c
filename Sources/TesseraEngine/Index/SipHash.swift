import TesseraModel

/// SipHash-1-3 over whole 64-bit words (Aumasson and Bernstein, 2012).
///
/// Digests can be chosen by whoever may import them, and so could be made to crowd one bucket if
/// the choice of bucket were known; the key, made anew at every start, keeps it unknown.
public struct SipHash: Sendable {
  let key0: UInt64
  let key1: UInt64

  public init(key0: UInt64, key1: UInt64) {
    self.key0 = key0
    self.key1 = key1
  }

  struct State {
    var v0: UInt64
    var v1: UInt64
    var v2: UInt64
    var v3: UInt64

    init(_ key0: UInt64, _ key1: UInt64) {
      v0 = key0 ^ 0x736f_6d65_7073_6575
      v1 = key1 ^ 0x646f_7261_6e64_6f6d
      v2 = key0 ^ 0x6c79_6765_6e65_7261
      v3 = key1 ^ 0x7465_6462_7974_6573
    }

    mutating func round() {
      v0 = v0 &+ v1
      v1 = rotate(v1, 13) ^ v0
      v0 = rotate(v0, 32)
      v2 = v2 &+ v3
      v3 = rotate(v3, 16) ^ v2
      v0 = v0 &+ v3
      v3 = rotate(v3, 21) ^ v0
      v2 = v2 &+ v1
      v1 = rotate(v1, 17) ^ v2
      v2 = rotate(v2, 32)
    }

    mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      v0 ^= word
    }

    /// `byteCount` goes into the last word, as the definition asks, over the bytes that fill no
    /// word.
    mutating func finish(byteCount: Int, rest: UInt64 = 0) -> UInt64 {
      absorb(UInt64(truncatingIfNeeded: byteCount) << 56 | rest)
      v2 ^= 0xff
      round()
      round()
      round()
      return v0 ^ v1 ^ v2 ^ v3
    }

    func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
      word &<< bits | word &>> (64 &- bits)
    }
  }

  public func hash(_ digest: Digest) -> UInt64 {
    var state = State(key0, key1)
    state.absorb(digest.word0)
    state.absorb(digest.word1)
    state.absorb(digest.word2)
    state.absorb(digest.word3)
    return state.finish(byteCount: 32)
  }

  /// Of the text's bytes, as the definition packs them into words.
  func hash(_ text: String) -> UInt64 {
    var state = State(key0, key1)
    var (word, count): (UInt64, Int) = (0, 0)
    for byte in text.utf8 {
      word |= UInt64(byte) << (8 * UInt64(count & 7))
      count += 1
      if count & 7 == 0 {
        state.absorb(word)
        word = 0
      }
    }
    return state.finish(byteCount: count, rest: word)
  }

  public func hash(_ id: TokenID) -> UInt64 {
    var state = State(key0, key1)
    state.absorb(id.high)
    state.absorb(id.low)
    return state.finish(byteCount: 16)
  }
}
