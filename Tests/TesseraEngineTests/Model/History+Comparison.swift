import TesseraModel

@testable import TesseraEngine

extension History {
  /// The whole state, every record field by field, and what must always hold of it.
  mutating func compare() throws(Mismatch) {
    engine.checkInvariants()
    try compare(
      engine.records(after: nil, limit: .max),
      model.order.compactMap { model.tokens[$0] }.map {
        StoredToken(record: $0, usage: model.usage(of: $0))
      })
    try compare(
      engine.users(after: nil, limit: .max), model.users.values.sorted { $0.id < $1.id })
    for type in RegistryType.allCases {
      try compare(
        engine.entries(type, limit: .max),
        model.entries.values.filter { $0.key.type == type }.sorted { $0.key.text < $1.key.text })
    }
    let now = max(now, engine.lastMoment)
    try compare(
      engine.idempotencyEntries().filter { now < $0.keptUntil }.sorted { $0.token < $1.token },
      model.idempotency.values.filter { now < $0.keptUntil }.sorted { $0.token < $1.token })
    try compareEvents()
    try compare([engine.revision], [model.revision])
  }

  /// Those since the last comparison, and how far back they go.
  private mutating func compareEvents() throws(Mismatch) {
    let compared = lastCompared
    try compare(
      engine.events(after: compared, limit: Limits.events).map(\.withoutWords),
      model.events.filter { $0.revision > compared })
    try compare(
      engine.events(after: nil, limit: 1).map(\.revision), model.events.prefix(1).map(\.revision))
    lastCompared = model.revision
  }

  private func compare<Value: Equatable>(
    _ held: [Value], _ expected: [Value]
  ) throws(Mismatch) {
    if held == expected { return }
    let differing = zip(held, expected).first { $0 != $1 }
    if let (held, expected) = differing {
      throw mismatch("the engine holds\n\(held)\nand the model\n\(expected)")
    }
    throw mismatch(
      "the engine holds \(held.count)\n\(held)\nand the model \(expected.count)\n\(expected)")
  }
}
