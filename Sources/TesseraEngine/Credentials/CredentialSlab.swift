import Synchronization
import TesseraModel

/// The part of a token that Validate reads: one cache line for each value that opens something.
///
/// | word | holds |
/// |---|---|
/// | 0–3 | the value's digest |
/// | 4–5 | the token's id |
/// | 6 | when the value ends, in microseconds since 1970; `Int64.max` for never |
/// | 7 | access number (32 bits), environment (16), kind (8), flags (8) |
///
/// Words 0 to 5 are written before the credential is put into the index and stay as they are until
/// it was taken out again and every reader has left. Words 6 and 7 change while readers look, word
/// 6 first: who has loaded the new word 7 loads the new word 6 after it.
///
/// A connection remembers its credential's number beyond any epoch, so the place may be another's
/// when it looks again. Word 7 says `withdrawn` from before the place is free until all the rest of
/// the new credential is written: who loads word 7 first, and finds it in use, compares the right
/// digest.
@safe
struct CredentialSlab {
  static let never = Int64.max

  let memory = ChunkedMemory(
    elementBytes: 64, chunkLog2: 15, maximum: Limits.tokens)

  func line(_ number: CredentialNumber) -> CredentialLine {
    unsafe CredentialLine(words: unsafe memory.address(of: Int(number.rawValue)))
  }
}

/// One credential's cache line.
@safe
struct CredentialLine {
  let words: UnsafeMutablePointer<Atomic<UInt64>>

  init(words: UnsafeMutableRawPointer) {
    unsafe self.words = words.assumingMemoryBound(to: Atomic<UInt64>.self)
  }

  func word(_ index: Int) -> UInt64 { unsafe words[index].load(ordering: .relaxed) }

  func holds(_ digest: Digest) -> Bool {
    word(0) == digest.word0 && word(1) == digest.word1 && word(2) == digest.word2
      && word(3) == digest.word3
  }

  var digest: Digest { Digest(word(0), word(1), word(2), word(3)) }

  var id: TokenID { TokenID(high: word(4), low: word(5)) }

  /// When the value ends, in microseconds since 1970.
  var end: Int64 { Int64(bitPattern: word(6)) }

  /// To be loaded before the other words where the number is from an earlier epoch.
  var facts: CredentialFacts {
    CredentialFacts(word: unsafe words[7].load(ordering: .acquiring))
  }

  /// For the writer, before the credential is published.
  func initialize(digest: Digest, id: TokenID, end: Int64, facts: CredentialFacts) {
    store(digest.word0, 0)
    store(digest.word1, 1)
    store(digest.word2, 2)
    store(digest.word3, 3)
    store(id.high, 4)
    store(id.low, 5)
    set(end: end)
    set(facts: facts)
  }

  private func store(_ value: UInt64, _ index: Int) {
    unsafe words[index].store(value, ordering: .relaxed)
  }

  /// For the writer: changes that readers may see at any moment.
  func set(end: Int64) { unsafe words[6].store(UInt64(bitPattern: end), ordering: .releasing) }
  func set(facts: CredentialFacts) { unsafe words[7].store(facts.word, ordering: .releasing) }
}

/// What one word says of a credential.
struct CredentialFacts: Equatable {
  var word: UInt64

  static let revoked: UInt64 = 1
  /// The value opens nothing any more and its place may be another's soon.
  static let withdrawn: UInt64 = 2
  /// The user whose token it is was disabled or removed.
  static let ownerInactive: UInt64 = 4
  /// The value may have no checksum. Says nothing of what it opens.
  static let unchecked: UInt64 = 8
  private static let ended = revoked | withdrawn | ownerInactive

  init(word: UInt64) { self.word = word }

  init(
    kind: TokenKind, access: AccessNumber, environment: EnvironmentNumber, isRevoked: Bool,
    isOwnerInactive: Bool = false
  ) {
    word =
      UInt64(access.rawValue) << 32 | UInt64(environment.rawValue) << 16
      | UInt64(kind.rawValue) << 8 | (isRevoked ? CredentialFacts.revoked : 0)
    self.isOwnerInactive = isOwnerInactive
  }

  var access: AccessNumber { AccessNumber(rawValue: UInt32(truncatingIfNeeded: word &>> 32)) }

  var environment: EnvironmentNumber {
    get { EnvironmentNumber(rawValue: UInt16(truncatingIfNeeded: word &>> 16)) }
    set { word = word & ~(0xffff << 16) | UInt64(newValue.rawValue) << 16 }
  }

  var kind: TokenKind {
    guard let kind = TokenKind(rawValue: UInt8(truncatingIfNeeded: word &>> 8)) else {
      preconditionFailure("only ever written from a TokenKind")
    }
    return kind
  }

  var isRevoked: Bool { word & CredentialFacts.revoked != 0 }
  var isUnchecked: Bool { word & CredentialFacts.unchecked != 0 }
  var isWithdrawn: Bool { word & CredentialFacts.withdrawn != 0 }

  var isOwnerInactive: Bool {
    get { word & CredentialFacts.ownerInactive != 0 }
    set {
      word = word & ~CredentialFacts.ownerInactive | (newValue ? CredentialFacts.ownerInactive : 0)
    }
  }

  /// Neither revoked nor withdrawn, and nobody's who may do nothing.
  var isLive: Bool { word & CredentialFacts.ended == 0 }
}
