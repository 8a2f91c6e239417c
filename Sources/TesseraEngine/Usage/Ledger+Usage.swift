import Synchronization
import TesseraModel

extension Engine {
  /// Whether tokens were used since a snapshot began to be written: it is memory alone that holds
  /// these.
  public var hasNewUses: Bool { shared.hasNewUses.load(ordering: .sequentiallyConsistent) }

  /// Uses that are counted from now on may be missing of the snapshot.
  public func noteSnapshotBegins() {
    shared.hasNewUses.store(false, ordering: .sequentiallyConsistent)
  }

  /// What it was to hold is in memory alone still.
  public func noteSnapshotFailed() {
    shared.hasNewUses.store(true, ordering: .sequentiallyConsistent)
  }
}

extension Ledger {
  /// What all values of the token, by its current credential, were used.
  func usage(of number: CredentialNumber) -> TokenUsage {
    let current = shared.usage.usage(of: number)
    guard let previous = shared.details.details(number)?.previous else {
      return TokenUsage(uses: current.uses, lastUsedAt: current.lastAt)
    }
    let before = shared.usage.usage(of: previous)
    return TokenUsage(
      uses: current.uses + before.uses, lastUsedAt: (current + before).lastAt,
      previousLastUsedAt: before.lastAt)
  }

  func stored(_ number: CredentialNumber) -> StoredToken? {
    record(number).map { StoredToken(record: $0, usage: usage(of: number)) }
  }

  func stored(_ id: TokenID) -> StoredToken? { credential(of: id).flatMap { stored($0) } }

  /// A token from a snapshot, with its uses as they were then. One count is kept for all values of
  /// a token; of the previous value only when it was last used.
  mutating func restore(_ record: TokenRecord, _ usage: TokenUsage) {
    put(record)
    guard let number = credential(of: record.id) else { return }
    shared.usage.set(CredentialUsage(uses: usage.uses, lastAt: usage.lastUsedAt), of: number)
    guard let previous = shared.details.details(number)?.previous else { return }
    shared.usage.set(CredentialUsage(uses: 0, lastAt: usage.previousLastUsedAt), of: previous)
  }

  /// The uses of a value that is no more are its token's still. Where the token is gone, so are
  /// they.
  func passOnUses(of number: CredentialNumber) {
    let usage = shared.usage.take(number)
    guard usage != .none, let heir = credential(of: id(of: number)) else { return }
    shared.usage.add(usage, to: heir)
  }
}

extension Engine {
  /// How often a token was used; not at all where there is none.
  public func usage(of id: TokenID) -> TokenUsage {
    ledger.withLock { ledger in ledger.credential(of: id).map { ledger.usage(of: $0) } ?? .none }
  }
}
