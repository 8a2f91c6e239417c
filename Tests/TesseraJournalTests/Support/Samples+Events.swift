import SimulatedMachine
import TesseraModel

extension Samples {
  static let fieldChanges: [[FieldChange]] =
    [[]] + texts.map { [FieldChange($0, before: $0, after: "after")] } + [
      texts.map { FieldChange("field", before: "", after: $0) }
    ]

  static let subjects: [Event.Subject] =
    [.tokens([]), .tokens(ids), .tokens((0..<1_000).map { id($0) })] + keys.map { .entry($0) } + [
      .user("u"), .user(UserID(unchecked: "")),
    ]

  static var edgeEvents: [Event] {
    var events: [Event] = []
    func vary<Value>(_ values: [Value], _ field: WritableKeyPath<Event, Value>) {
      for value in values {
        var event = Event(entry(3))
        event[keyPath: field] = value
        events.append(event)
      }
    }
    vary([.zero, Revision(rawValue: 1), Revision(rawValue: .max)], \.revision)
    vary(times, \.at)
    vary(actors, \.actor)
    vary(EventKind.allCases, \.kind)
    vary(subjects, \.subject)
    vary(fieldChanges, \.changes)
    return events
  }

  static let usages: [TokenUsage] =
    [.none, TokenUsage(uses: 1), TokenUsage(uses: .max)]
    + times.map { TokenUsage(lastUsedAt: $0) } + times.map { TokenUsage(previousLastUsedAt: $0) }
    + [TokenUsage(uses: 3, lastUsedAt: .latest, previousLastUsedAt: times[2])]

  /// A mutation of random parts, and what its event is told as.
  static func randomEntry(using random: inout SeededGenerator) -> JournalEntry {
    let revocation = Revocation(
      at: times.randomElement(using: &random)!, by: actors.randomElement(using: &random)!,
      reason: texts.randomElement(using: &random)!)
    let chosen = (0..<Int.random(in: 0...50, using: &random)).map { _ in id(random.next()) }
    let mutation: Mutation =
      switch Int.random(in: 0..<8, using: &random) {
      case 0:
        .putToken(
          randomRecord(using: &random),
          idempotency: Bool.random(using: &random) ? idempotency(random.next() >> 1) : nil)
      case 1:
        .putTokens(
          (0..<Int.random(in: 0...5, using: &random)).map { _ in randomRecord(using: &random) })
      case 2: .revokeTokens(chosen, revocation)
      case 3: .removeTokens(chosen)
      case 4: .putEntry(edgeEntryPool.randomElement(using: &random)!)
      case 5: .removeEntry(keys.randomElement(using: &random)!, revocation)
      case 6: .putUser(randomUser(using: &random))
      default: .removeUser(UserID(unchecked: texts.randomElement(using: &random)!), revocation)
      }
    return JournalEntry(
      revision: Revision(rawValue: random.next()), at: times.randomElement(using: &random)!,
      actor: actors.randomElement(using: &random)!,
      kind: EventKind.allCases.randomElement(using: &random)!,
      changes: fieldChanges.randomElement(using: &random)!, mutation: mutation)
  }

  private static let edgeEntryPool = edgeEntries
}
