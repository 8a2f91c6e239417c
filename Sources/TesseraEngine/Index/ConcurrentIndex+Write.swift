import Synchronization
import TesseraModel

/// For the one writer.
extension ConcurrentIndex {
  /// Files `number` under `hash`. The credential's record must be whole before.
  func insert(_ number: CredentialNumber, hash: UInt64, retiring: inout Retirement) {
    let shard = ConcurrentIndex.shard(of: hash)
    makeRoom(in: shard, retiring: &retiring)
    let table = Table(word: unsafe shards[shard].load(ordering: .relaxed))
    ConcurrentIndex.place(ConcurrentIndex.entry(number, hash: hash), in: table)
    live[shard] += 1
    used[shard] += 1
  }

  /// Takes `number` out; false where it was not filed under `hash`.
  @discardableResult
  func remove(_ number: CredentialNumber, hash: UInt64) -> Bool {
    let shard = ConcurrentIndex.shard(of: hash)
    let table = Table(word: unsafe shards[shard].load(ordering: .relaxed))
    let wanted = ConcurrentIndex.entry(number, hash: hash)
    var place = Int(ConcurrentIndex.tag(of: hash)) & table.mask
    while true {
      let entry = unsafe table.entries[place].load(ordering: .relaxed)
      if entry == 0 { return false }
      if entry == wanted {
        let gone = ConcurrentIndex.tag(of: hash) << 32 | ConcurrentIndex.removed
        unsafe table.entries[place].store(gone, ordering: .releasing)
        live[shard] -= 1
        return true
      }
      place = (place + 1) & table.mask
    }
  }

  /// Rebuilds a shard that is three quarters full, counting removed entries: twice as large where
  /// the live ones alone would fill half of it, else as large as before.
  private func makeRoom(in shard: Int, retiring: inout Retirement) {
    let old = Table(word: unsafe shards[shard].load(ordering: .relaxed))
    let capacity = old.mask + 1
    guard Int(used[shard]) + 1 > capacity / 4 * 3 else { return }
    let grows = Int(live[shard]) + 1 > capacity / 2
    let new = makeTable(capacityLog2: old.capacityLog2 + (grows ? 1 : 0))
    for place in 0..<capacity {
      let entry = unsafe old.entries[place].load(ordering: .relaxed)
      guard entry != 0, entry & 0xffff_ffff != ConcurrentIndex.removed else { continue }
      ConcurrentIndex.place(entry, in: new)
    }
    unsafe shards[shard].store(new.word, ordering: .releasing)
    used[shard] = live[shard]
    retiring.retire(.table(old, of: self))
  }

  /// The order of the store makes the credential's record visible to whoever finds the entry.
  private static func place(_ entry: UInt64, in table: Table) {
    var place = Int(entry >> 32) & table.mask
    while unsafe table.entries[place].load(ordering: .relaxed) != 0 {
      place = (place + 1) & table.mask
    }
    unsafe table.entries[place].store(entry, ordering: .releasing)
  }

  private static func entry(_ number: CredentialNumber, hash: UInt64) -> UInt64 {
    tag(of: hash) << 32 | UInt64(number.rawValue + 1)
  }
}
