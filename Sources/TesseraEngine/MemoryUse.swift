import Synchronization

/// Memory that the engine has taken, in bytes, beside the allocator's own.
public struct MemoryUse: Equatable, Sendable {
  /// What every validation reads: the index of digests, and the credentials' cache lines.
  public var validationBytes: Int
}

extension Engine {
  /// Takes the ledger's lock for a moment.
  public var memoryUse: MemoryUse { ledger.withLock { $0.memoryUse } }
}

extension Ledger {
  var memoryUse: MemoryUse {
    MemoryUse(
      validationBytes: shared.credentialIndex.byteCount
        + shared.slab.memory.count * shared.slab.memory.elementBytes)
  }
}

extension ConcurrentIndex {
  /// Of all shards' tables, and of what names them. For the one writer.
  var byteCount: Int {
    var entries = ConcurrentIndex.shardCount
    for shard in 0..<ConcurrentIndex.shardCount {
      entries += Table(word: unsafe shards[shard].load(ordering: .relaxed)).mask + 1
    }
    return entries * 8
  }
}
