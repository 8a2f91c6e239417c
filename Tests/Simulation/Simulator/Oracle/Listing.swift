import TesseraEngine
import TesseraModel

/// Everything that an engine holds and that must outlast a crash, as the engine itself lists it.
struct Listing {
  var revision: Revision
  var lastMoment: Timestamp
  var tokens: [TokenRecord]
  var usage: [TokenID: TokenUsage]
  var users: [UserRecord]
  var entries: [RegistryEntry]
  /// In the order of their keys.
  var idempotency: [IdempotencyEntry]
  var events: [Event]

  init(_ engine: Engine) {
    revision = engine.revision
    lastMoment = engine.lastMoment
    let stored = engine.records(after: nil, limit: .max)
    tokens = stored.map(\.record)
    usage = [:]
    for token in stored { usage[token.record.id] = token.usage }
    users = engine.users(after: nil, limit: .max)
    entries = RegistryType.allCases.flatMap { engine.entries($0, limit: .max) }
    events = engine.events(after: nil, limit: Limits.events)
    idempotency = engine.idempotencyEntries(from: 0, limit: .max / 2).entries
      .sorted { $0.key.word0 < $1.key.word0 }
  }

  /// What differs from what is expected; nil where nothing does. Uses are not durable one by one,
  /// and not compared; nor are idempotency keys that are over, which go when it suits.
  func difference(from expected: Listing) -> String? {
    if revision != expected.revision {
      return "revision \(revision.rawValue) where \(expected.revision.rawValue) should be"
    }
    return difference("token", tokens, expected.tokens)
      ?? difference("user", users, expected.users)
      ?? difference("entry of the registry", entries, expected.entries)
      ?? difference(
        "idempotency key", idempotency.filter { $0.keptUntil > lastMoment },
        expected.idempotency.filter { $0.keptUntil > lastMoment })
      ?? difference("event", events, expected.events)
  }

  private func difference<Record: Equatable>(
    _ what: String, _ found: [Record], _ expected: [Record]
  ) -> String? {
    if found == expected { return nil }
    let place = zip(found, expected).prefix { $0 == $1 }.count
    let (there, wanted) = (found.dropFirst(place).first, expected.dropFirst(place).first)
    return """
      \(what) \(place) of \(found.count) is \(there.map { "\($0)" } ?? "missing") where of \
      \(expected.count) \(wanted.map { "\($0)" } ?? "none") should be
      """
  }
}
