import TesseraModel

/// How often tokens were used: a start may know fewer uses than there were, but never more, and
/// never fewer than the last durable snapshot.
struct UseCounts {
  private var counted: [TokenID: UInt64] = [:]
  private var begun: [TokenID: UInt64] = [:]
  private var durable: [TokenID: UInt64] = [:]

  mutating func count(_ id: TokenID) { counted[id, default: 0] += 1 }
  mutating func begin() { begun = counted }
  mutating func makeDurable() { durable = begun }

  /// - Parameter isOlder: whether the last durable snapshot was passed over, and its uses with it.
  func check(_ found: [TokenID: TokenUsage], isOlder: Bool = false) throws(Finding) {
    for (id, usage) in found where usage.uses > counted[id] ?? 0 {
      throw Finding("\(id) has \(usage.uses) uses where there were \(counted[id] ?? 0)")
    }
    if isOlder { return }
    for (id, uses) in durable {
      guard let usage = found[id], usage.uses < uses else { continue }
      throw Finding("\(id) has \(usage.uses) uses where a snapshot held \(uses)")
    }
  }

  /// Counting goes on from what was found.
  mutating func adopt(_ found: [TokenID: TokenUsage]) {
    counted = found.mapValues(\.uses)
    begun = [:]
    durable = counted
  }
}
