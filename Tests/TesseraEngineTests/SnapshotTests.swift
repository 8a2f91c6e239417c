import TesseraModel
import Testing

@testable import TesseraEngine

/// A snapshot is taken while changes go on: some records are older than others. Replaying every
/// change since its beginning makes the state whole.
@Suite struct SnapshotTests {
  private struct History {
    var generator: SeededGenerator
    var authority = AuthorityBox()
    var entries: [JournalEntry] = []
    var keys: UInt64 = 5_000_000

    /// One more random change.
    mutating func step() {
      let live = authority.value.engine.records(after: nil, limit: .max).map(\.record).filter {
        $0.revocation == nil && $0.kind == .client
      }
      authority.value.now =
        authority.value.now + .seconds(Int64.random(in: 0...5_000, using: &generator))
      var batch = authority.value.engine.makeBatch(now: authority.value.now)
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<5:
        let command = makeIssue()
        _ = authority.value.engine.decide(.issue(command), by: authority.value.root, in: &batch)
      case 5..<7:
        let some = live.shuffled(using: &generator).prefix(Int.random(in: 1...3, using: &generator))
        let command = RevokeCommand(.tokens(some.map(\.id)), reason: "no longer")
        _ = authority.value.engine.decide(.revoke(command), by: authority.value.root, in: &batch)
      default:
        if let record = live.randomElement(using: &generator) {
          let entry = JournalEntry(
            revision: authority.value.engine.revision.next, at: batch.now,
            actor: authority.value.root.actor,
            kind: .tokenIssued, mutation: .putToken(changed(record), idempotency: nil))
          authority.value.engine.apply([entry])
          entries.append(entry)
        }
      }
      authority.value.engine.apply(batch.entries)
      authority.value.engine.checkInvariants()
      entries += batch.entries
    }

    private mutating func makeIssue() -> IssueCommand {
      var generator = generator
      defer { self.generator = generator }
      keys += 1
      let key = keys - UInt64.random(in: 0...3, using: &generator)
      let isKeyed = generator.chance(40)
      let isListed = generator.chance(50)
      let expires = generator.chance(30)
      return authority.value.makeIssue(.client) {
        $0.name = "token \(key)"
        if isKeyed { $0.idempotency = (.sample(key), .sample(key)) }
        if isListed { $0.projects = .list([.alpha, .beta]) }
        if expires { $0.expiry = .after(.seconds(40_000)) }
      }
    }

    /// As Update or Regenerate would leave it.
    private mutating func changed(_ record: TokenRecord) -> TokenRecord {
      var record = record
      record.version += 1
      if generator.chance(50) {
        record.name += "'"
        record.scopes = .some(sets: [], methods: [.write])
        record.expiresAt = authority.value.now + .seconds(90_000)
        if generator.chance(50) { record.credentials.previous = nil }
      } else {
        let old = record.credentials.current
        record.credentials = Credentials(
          current: authority.value.newDigest(),
          previous: generator.chance(50)
            ? .init(digest: old, validUntil: authority.value.now + .seconds(1_000)) : nil)
      }
      return record
    }
  }

  private final class AuthorityBox { var value = Authority() }

  @Test(arguments: 0..<8) func `records of many moments and the changes since make the state whole`(
    round: Int
  ) {
    var history = History(generator: SeededGenerator())
    let engine = history.authority.value.engine
    for _ in 0..<Int.random(in: 0...60, using: &history.generator) { history.step() }
    let start = engine.revision
    let entriesBefore = history.entries.count
    let highestTime = engine.lastMoment

    var snapshot: [StoredToken] = []
    var cursor: TokenID?
    while true {
      let some = engine.records(
        after: cursor, limit: Int.random(in: 1...9, using: &history.generator))
      guard let last = some.last else { break }
      snapshot += some
      cursor = last.record.id
      // Changes go on for a while, in every part of what was and was not taken yet.
      guard history.entries.count < 200 else { continue }
      for _ in 0..<Int.random(in: 0...6, using: &history.generator) { history.step() }
    }
    var keys: [IdempotencyEntry] = []
    var place: Int? = 0
    while let start = place {
      let (some, next) = engine.idempotencyEntries(
        from: start, limit: Int.random(in: 1...9, using: &history.generator))
      keys += some
      place = next
      guard history.entries.count < 220 else { continue }
      for _ in 0..<Int.random(in: 0...3, using: &history.generator) { history.step() }
    }
    for _ in 0..<20 { history.step() }

    let restored = Engine(hashKey: (3, 4), registry: .sample)
    for token in snapshot { restored.restore(token.record, usage: token.usage) }
    for key in keys { restored.restore(key) }
    restored.startReplay(after: start, highestTime: highestTime)
    restored.checkInvariants()
    for entry in history.entries.dropFirst(entriesBefore) {
      restored.apply([entry])
      restored.checkInvariants()
    }
    let expected = engine.records(after: nil, limit: .max)
    let actual = restored.records(after: nil, limit: .max)
    #expect(expected.count == actual.count)
    for (expected, actual) in zip(expected, actual) { #expect(expected == actual) }
    #expect(restored.revision == engine.revision)
    #expect(restored.lastMoment == engine.lastMoment)
    let now = engine.lastMoment
    func kept(_ engine: Engine) -> Set<IdempotencyEntry> {
      Set(engine.idempotencyEntries().filter { now < $0.keptUntil })
    }
    #expect(kept(restored) == kept(engine))
    let next = restored.makeBatch(now: .earliest)
    #expect(next.now == engine.lastMoment)
  }

  @Test func `tokens come before the users who made them, however many these are`() {
    let engine = Engine(hashKey: (1, 2))
    engine.beginRestore()
    // More than a chunk of the users' table holds.
    for number in UInt64(0)..<20_000 {
      let maker = UserID(unchecked: "user-\(number)")
      engine.restore(
        TokenRecord(
          id: TokenID(high: 1 << 16, low: number), kind: .client, name: "", projects: .all,
          createdAt: .earliest, createdBy: .user(maker, through: nil),
          credentials: Credentials(current: Digest(number, 1, 2, 3))), usage: .none)
    }
    engine.checkInvariants(isWhole: false)
    #expect(engine.tokenCount == 20_000)
  }
}
