import TesseraModel

/// Which values may open a door, and which must never again.
struct Doors {
  /// The values that each token has had and may still pass by.
  private var values: [TokenID: [Digest]] = [:]
  /// Values of tokens that were revoked or removed, that were replaced, or that never came to be.
  private(set) var closed: [Digest] = []

  func values(of id: TokenID) -> [Digest] { values[id] ?? [] }

  mutating func close(_ digests: [Digest]) { closed += digests }

  mutating func close(_ id: TokenID) { closed += values.removeValue(forKey: id) ?? [] }

  /// A change that is visible and durable.
  mutating func note(_ entry: JournalEntry) {
    switch entry.mutation {
    case .putToken(let record, _): put(record)
    case .putTokens(let records): for record in records { put(record) }
    case .revokeTokens(let ids, _), .removeTokens(let ids): for id in ids { close(id) }
    case .putEntry, .removeEntry, .putUser, .removeUser: break
    }
  }

  private mutating func put(_ record: TokenRecord) {
    let held = record.credentials.digests
    closed += values(of: record.id).filter { !held.contains($0) }
    values[record.id] = held
  }
}

extension Credentials {
  var digests: [Digest] { [current] + (previous.map { [$0.digest] } ?? []) }
}

extension JournalEntry {
  /// The values of the tokens that the change makes or changes.
  var digests: [Digest] {
    switch mutation {
    case .putToken(let record, _): record.credentials.digests
    case .putTokens(let records): records.flatMap(\.credentials.digests)
    default: []
    }
  }
}
