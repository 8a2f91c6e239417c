import TesseraModel

@testable import TesseraEngine

/// Everything that an engine holds, as a snapshot would.
struct HeldState {
  var tokens: [StoredToken]
  var users: [UserRecord]
  var entries: [RegistryEntry]
  var idempotency: [IdempotencyEntry]
  var events: [Event]
  var revision: Revision
  var lastMoment: Timestamp

  init(_ engine: Engine) {
    tokens = engine.records(after: nil, limit: .max)
    users = engine.users(after: nil, limit: .max)
    entries = engine.registryEntries
    idempotency = engine.idempotencyEntries()
    events = engine.events(after: nil, limit: Limits.events)
    revision = engine.revision
    lastMoment = engine.lastMoment
  }

  /// A new engine that holds it.
  func restored(hashKey: (UInt64, UInt64)) -> Engine {
    let engine = Engine(hashKey: hashKey)
    engine.keepEvents(count: PlainAuthority.eventsKept, for: PlainAuthority.eventsLast)
    engine.beginRestore()
    for entry in entries { engine.restore(entry) }
    for user in users { engine.restore(user) }
    for token in tokens { engine.restore(token.record, usage: token.usage) }
    for entry in idempotency { engine.restore(entry) }
    for event in events { engine.restore(event) }
    engine.startReplay(after: revision, highestTime: lastMoment)
    return engine
  }
}
