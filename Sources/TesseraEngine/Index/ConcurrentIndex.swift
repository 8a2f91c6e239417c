import Synchronization
import TesseraModel

/// The number of a credential: where its record stands in the slab.
public struct CredentialNumber: RawRepresentable, Hashable, Sendable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }
}

/// A hash index from a 64-bit hash to credential numbers: many readers that never wait, one writer.
///
/// The upper ten bits of a hash choose one of 1024 shards, each an open-addressing table of its own
/// with linear probing, so that growing moves a thousandth of the whole at a time. A reader sees
/// either the old table of a shard or the new one, both whole; the old one is retired.
///
/// An entry is one word, so that it is read and written at once: the lower half of the hash above,
/// the credential's number plus one below. 0 is an empty place, which ends a search. An entry that
/// was removed keeps its place, since a search must go on beyond it, until its shard is rebuilt.
///
/// The payload is never looked at here: `matching` is asked about each candidate.
///
/// - `@unchecked Sendable`: readers touch only atomics, through a pointer that is set once. `live`,
///   `used` and `memory` belong to the writer; the mutating methods are called by it alone.
@safe
final class ConcurrentIndex: @unchecked Sendable {
  typealias Entries = UnsafeMutablePointer<Atomic<UInt64>>

  static let shardBits = 10
  static let shardCount = 1 << shardBits
  /// A whole cache line, and so the alignment that leaves six low bits of an address free.
  static let smallestCapacityLog2 = 3
  static let removed: UInt64 = 0xffff_ffff

  /// For each shard the address of its entries, and in the six low bits the log2 of their number:
  /// one word, so that the two always belong together.
  let shards: UnsafeMutablePointer<Atomic<UInt>>

  /// Entries that count, and places that are not empty, for each shard.
  var live = [UInt32](repeating: 0, count: shardCount)
  var used = [UInt32](repeating: 0, count: shardCount)

  private var memory = TableMemory()

  init() {
    unsafe shards = .allocate(capacity: ConcurrentIndex.shardCount)
    for index in 0..<ConcurrentIndex.shardCount {
      let table = makeTable(capacityLog2: ConcurrentIndex.smallestCapacityLog2)
      unsafe (shards + index).initialize(to: Atomic(table.word))
    }
  }

  deinit {
    for index in 0..<ConcurrentIndex.shardCount {
      giveBack(Table(word: unsafe shards[index].load(ordering: .relaxed)))
    }
    unsafe shards.deallocate()
  }

  /// A shard's entries, as they are held in one word.
  @safe
  struct Table {
    let word: UInt
    init(word: UInt) { self.word = word }

    var capacityLog2: Int { Int(word & 63) }
    var mask: Int { 1 &<< capacityLog2 &- 1 }
    var entries: Entries {
      unsafe Entries(bitPattern: word & ~63).unsafelyUnwrapped
    }
  }

  func makeTable(capacityLog2: Int) -> Table {
    let memory = unsafe memory.take(byteCountLog2: capacityLog2 + 3)
    unsafe memory.initializeMemory(as: UInt64.self, repeating: 0, count: 1 << capacityLog2)
    return Table(word: UInt(bitPattern: memory) | UInt(capacityLog2))
  }

  /// Takes back a table that no reader sees any more.
  func giveBack(_ table: Table) {
    unsafe memory.giveBack(
      UnsafeMutableRawPointer(table.entries), byteCountLog2: table.capacityLog2 + 3)
  }

  static func shard(of hash: UInt64) -> Int { Int(hash &>> (64 - 10)) }
  static func tag(of hash: UInt64) -> UInt64 { hash & 0xffff_ffff }

  /// The first credential filed under `hash` for which `matching` is true.
  func find(_ hash: UInt64, matching: (CredentialNumber) -> Bool) -> CredentialNumber? {
    let word = unsafe shards[ConcurrentIndex.shard(of: hash)].load(ordering: .acquiring)
    let table = Table(word: word)
    let (mask, entries) = unsafe (table.mask, table.entries)
    let tag = ConcurrentIndex.tag(of: hash)
    var place = Int(tag) & mask
    // Ends: a table always keeps an empty place.
    while true {
      let entry = unsafe entries[place].load(ordering: .acquiring)
      if entry == 0 { return nil }
      if entry &>> 32 == tag, entry & 0xffff_ffff != 0xffff_ffff {
        let number = CredentialNumber(rawValue: UInt32(truncatingIfNeeded: entry) &- 1)
        if matching(number) { return number }
      }
      place = (place &+ 1) & mask
    }
  }
}
