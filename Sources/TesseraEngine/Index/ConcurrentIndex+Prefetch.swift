import CIntrinsics
import Synchronization

/// For many look-ups together: the memory that each will wait for is asked for beforehand, so that
/// all of it is on its way at once.
extension ConcurrentIndex {
  /// Asks for the entries where a search for `hash` begins.
  func prefetch(_ hash: UInt64) {
    let table = Table(
      word: unsafe shards[ConcurrentIndex.shard(of: hash)].load(ordering: .acquiring))
    let place = Int(ConcurrentIndex.tag(of: hash)) & table.mask
    unsafe tessera_prefetch(table.entries + place)
  }

  /// The first credential that may be the one, by the half of its hash that the entry holds.
  func candidate(_ hash: UInt64) -> CredentialNumber? { find(hash) { _ in true } }
}
