import TesseraModel

/// How often tokens were used: a start may know fewer uses than there were, but never more, and
/// never fewer than the last durable snapshot, or where that was passed over, than the one before.
struct UseCounts {
  private var counted: [TokenID: UInt64] = [:]
  private var begun: [TokenID: UInt64] = [:]
  /// What the snapshot that was begun covers, and what the last durable one does: two that cover
  /// the same have one name.
  private var begunRevision: Revision?
  private var durableRevision: Revision?
  private var durable: [TokenID: UInt64] = [:]
  /// At most what the snapshot before the last durable one holds.
  private var durableBefore: [TokenID: UInt64] = [:]

  mutating func count(_ id: TokenID) { counted[id, default: 0] += 1 }

  mutating func begin(covering revision: Revision) {
    begun = counted
    begunRevision = revision
  }

  /// - Parameter isAlone: whether the last durable one was set aside, and the one before stays.
  mutating func makeDurable(isAlone: Bool = false) {
    // Without new uses perhaps none was written, and the one before is still the one before.
    if begun == durable { return }
    if begunRevision != durableRevision, !isAlone { durableBefore = durable }
    durable = begun
    durableRevision = begunRevision
  }

  /// The last durable snapshot was set aside, since the disk did not give it back.
  mutating func setAside() {
    durable = durableBefore
    durableBefore = [:]
  }

  /// - Parameter isOlder: whether the last durable snapshot was passed over, and its uses with it.
  func check(_ found: [TokenID: TokenUsage], isOlder: Bool = false) throws(Finding) {
    for (id, usage) in found where usage.uses > counted[id] ?? 0 {
      throw Finding("\(id) has \(usage.uses) uses where there were \(counted[id] ?? 0)")
    }
    for (id, uses) in isOlder ? durableBefore : durable {
      guard let usage = found[id], usage.uses < uses else { continue }
      throw Finding("\(id) has \(usage.uses) uses where a snapshot held \(uses)")
    }
  }

  /// Counting goes on from what was found in a snapshot that covers `revision`.
  mutating func adopt(_ found: [TokenID: TokenUsage], from revision: Revision?) {
    counted = found.mapValues(\.uses)
    begun = [:]
    durable = counted
    durableRevision = revision
  }
}
