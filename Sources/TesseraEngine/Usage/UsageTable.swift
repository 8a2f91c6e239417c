import Synchronization
import TesseraModel

/// How often each credential's value passed, and when it last did: one word a credential, in memory
/// of its own, so that who counts a use disturbs nobody who reads a credential.
///
/// The upper half of a word is the second of the last use, 0 where there was none; the lower half
/// is the number of uses, which stays at its greatest once it is reached.
///
/// Every reader adds, at any moment of its epoch. So a credential that was withdrawn may be used
/// until the last reader has left that found it: what came late is taken when its place becomes
/// free.
@safe
struct UsageTable {
  let memory = ChunkedMemory(elementBytes: 8, chunkLog2: 18, maximum: Limits.tokens)

  func usage(of number: CredentialNumber) -> CredentialUsage {
    CredentialUsage(word: unsafe slot(number).pointee.load(ordering: .relaxed))
  }

  /// Exact, whoever else adds.
  func add(_ usage: CredentialUsage, to number: CredentialNumber) {
    let slot = unsafe slot(number)
    var seen = unsafe slot.pointee.load(ordering: .relaxed)
    while true {
      let sum = CredentialUsage(word: seen) + usage
      let (isDone, found) = unsafe slot.pointee.weakCompareExchange(
        expected: seen, desired: sum.word, ordering: .relaxed)
      if isDone { return }
      seen = found
    }
  }

  /// Leaves the credential unused, as a place must be that is free.
  func take(_ number: CredentialNumber) -> CredentialUsage {
    CredentialUsage(word: unsafe slot(number).pointee.exchange(0, ordering: .relaxed))
  }

  /// For the writer, of a token that comes from a snapshot.
  func set(_ usage: CredentialUsage, of number: CredentialNumber) {
    unsafe slot(number).pointee.store(usage.word, ordering: .relaxed)
  }

  @inline(__always)
  func slot(_ number: CredentialNumber) -> UnsafeMutablePointer<Atomic<UInt64>> {
    unsafe memory.address(of: Int(number.rawValue)).assumingMemoryBound(to: Atomic<UInt64>.self)
  }
}

/// The uses of one credential, in a word.
struct CredentialUsage: Equatable {
  let word: UInt64

  /// Seconds are counted from 2020-01-01T00:00:00Z, and reach to the year 2156.
  private static let epochSeconds: Int64 = 1_577_836_800

  static let none = CredentialUsage(word: 0)

  init(word: UInt64) { self.word = word }

  /// - Parameter lastAt: cut to its second; nil where there was no use.
  init(uses: UInt64, lastAt: Timestamp?) {
    guard let lastAt else {
      word = UInt64(UInt32(clamping: uses))
      return
    }
    let seconds = lastAt.microseconds / 1_000_000 - CredentialUsage.epochSeconds
    // 0 says that there was none.
    word = UInt64(max(1, UInt32(clamping: seconds))) << 32 | UInt64(UInt32(clamping: uses))
  }

  var uses: UInt64 { word & 0xffff_ffff }

  var lastAt: Timestamp? {
    let seconds = Int64(word >> 32)
    if seconds == 0 { return nil }
    return Timestamp(microseconds: (seconds + CredentialUsage.epochSeconds) * 1_000_000)
  }

  static func + (a: CredentialUsage, b: CredentialUsage) -> CredentialUsage {
    let last = max(a.word &>> 32, b.word &>> 32)
    let uses = min(a.uses &+ b.uses, 0xffff_ffff)
    return CredentialUsage(word: last &<< 32 | uses)
  }
}
