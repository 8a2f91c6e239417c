import Foundation
import Synchronization
import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct UsageTests {
  /// Validates as a reactor does, and says what was answered.
  @discardableResult
  private func use(
    _ digest: Digest, of authority: borrowing Authority, times: Int = 1,
    _ question: Question = Question()
  ) -> Verdict {
    let reader = authority.engine.makeReader()
    var uses = PendingUses()
    reader.enter()
    var verdict = Verdict.malformed
    for _ in 0..<times {
      let answer = reader.validate(digest, question, for: .unlimited, now: authority.now)
      reader.note(answer, at: authority.now, in: &uses)
      verdict = answer.verdict
    }
    reader.recordUses(&uses)
    reader.leave()
    return verdict
  }

  private func usage(_ id: TokenID, _ authority: borrowing Authority) -> TokenUsage? {
    guard let rights = authority.rights(authority.root) else { return nil }
    return authority.engine.token(id, for: rights)?.usage
  }

  @Test func `allowed validations are counted, with the second of the last`() {
    var authority = Authority()
    let record = authority.issue(.client)
    let before = usage(record.id, authority)
    #expect(before == TokenUsage.none)
    // More than are noted at once.
    use(record.credentials.current, of: authority, times: 2_500)
    let second = authority.now
    authority.now = second + .microseconds(999_999)
    use(record.credentials.current, of: authority)
    let after = usage(record.id, authority)
    #expect(after == TokenUsage(uses: 2_501, lastUsedAt: second))
  }

  @Test func `what is not allowed is no use`() {
    var authority = Authority()
    let record = authority.issue(.client)
    let elsewhere = Question(project: authority.number(.beta))
    let wrong = use(record.credentials.current, of: authority, elsewhere)
    #expect(wrong == .wrongProject)
    _ = authority.revoke([record.id])
    let revoked = use(record.credentials.current, of: authority)
    #expect(revoked == .revoked)
    let after = usage(record.id, authority)
    #expect(after == TokenUsage.none)
  }

  @Test func `a count stays at its greatest`() {
    let most = CredentialUsage(uses: .max, lastAt: Timestamp(microseconds: 1_800_000_000_000_000))
    let sum = most + CredentialUsage(uses: 5, lastAt: .latest)
    #expect(sum.uses == UInt64(UInt32.max))
    // The year 2156, which is the last that the word knows.
    #expect(sum.lastAt == Timestamp(microseconds: (1_577_836_800 + 4_294_967_295) * 1_000_000))
    #expect(CredentialUsage(uses: 0, lastAt: nil) == .none)
    let early = CredentialUsage(uses: 1, lastAt: .earliest)
    #expect(early.lastAt == Timestamp(microseconds: 1_577_836_801_000_000), "not never")
  }

  @Test func `an update keeps the count`() {
    var authority = Authority()
    let record = authority.issue(.client)
    use(record.credentials.current, of: authority, times: 3)
    _ = authority.update(record.id) { $0.name = "other" }
    let after = usage(record.id, authority)
    #expect(after?.uses == 3)
  }

  @Test func `the uses of a value that stops go on with the one that replaces it`() {
    var authority = Authority()
    let record = authority.issue(.client)
    use(record.credentials.current, of: authority, times: 3)
    let last = authority.now
    authority.now = last + .seconds(10)
    _ = authority.regenerate(record.id)
    let after = usage(record.id, authority)
    #expect(after == TokenUsage(uses: 3, lastUsedAt: last))
  }

  @Test func `with an overlap each value has its own last use`() {
    var authority = Authority()
    let record = authority.issue(.client)
    let first = authority.now
    use(record.credentials.current, of: authority, times: 3)
    authority.now = first + .seconds(10)
    let outcome = authority.regenerate(record.id) { $0.overlap = .seconds(3600) }
    let fresh = usage(record.id, authority)
    #expect(fresh == TokenUsage(uses: 3, lastUsedAt: first, previousLastUsedAt: first))
    let second = authority.now
    if let value = outcome.record?.credentials.current { use(value, of: authority, times: 2) }
    let both = usage(record.id, authority)
    #expect(both == TokenUsage(uses: 5, lastUsedAt: second, previousLastUsedAt: first))
    // Another regeneration: the oldest value's uses are the token's all the same.
    _ = authority.regenerate(record.id) { $0.overlap = .seconds(3600) }
    let third = usage(record.id, authority)
    #expect(third?.uses == 5)
    #expect(third?.previousLastUsedAt == second)
  }

  @Test func `a use that is counted after the value was replaced is not lost`() {
    var authority = Authority()
    let record = authority.issue(.client)
    let reader = authority.engine.makeReader()
    var uses = PendingUses()
    reader.enter()
    let answer = reader.validate(
      record.credentials.current, Question(), for: .unlimited, now: authority.now)
    reader.note(answer, at: authority.now, in: &uses)
    _ = authority.regenerate(record.id)
    reader.recordUses(&uses)
    reader.leave()
    authority.engine.reclaim()
    authority.engine.checkInvariants()
    let after = usage(record.id, authority)
    #expect(after?.uses == 1)
  }

  @Test func `a place that is used again begins with no uses`() {
    var authority = Authority()
    let record = authority.issue(.client)
    use(record.credentials.current, of: authority, times: 7)
    authority.engine.remove(record.id)
    authority.engine.reclaim()
    let highest = authority.engine.places.highest
    let other = authority.issue(.client)
    #expect(authority.engine.places.highest == highest, "the place is used again")
    let after = usage(other.id, authority)
    #expect(after == TokenUsage.none)
  }

  @Test func `a snapshot brings the uses back`() {
    var authority = Authority()
    let record = authority.issue(.client)
    use(record.credentials.current, of: authority, times: 4)
    authority.now = authority.now + .seconds(10)
    _ = authority.regenerate(record.id) { $0.overlap = .seconds(3600) }
    _ = authority.issue(.client)
    let tokens = authority.engine.records(after: nil, limit: .max)
    let restored = Engine(hashKey: (3, 4), registry: .sample)
    for token in tokens { restored.restore(token.record, usage: token.usage) }
    restored.startReplay(after: authority.engine.revision, highestTime: authority.now)
    let again = restored.records(after: nil, limit: .max)
    #expect(tokens == again)
    #expect(again.contains { $0.usage.uses == 4 && $0.usage.previousLastUsedAt != nil })
  }

  @Test func `a list finds what was not used lately, and what never was`() {
    var authority = Authority()
    let (early, late, never) = (
      authority.issue(.client), authority.issue(.client), authority.issue(.client)
    )
    use(early.credentials.current, of: authority)
    authority.now = authority.now + .seconds(100)
    use(late.credentials.current, of: authority)
    var filter = TokenFilter()
    filter.kinds = KindSet(.client)
    filter.lastUsedBefore = authority.now
    let rights = authority.rights(authority.root)!
    let slice = authority.engine.list(
      after: nil, examining: 100, limit: 100, filter, for: rights, now: authority.now)
    let ids = slice.records.map(\.id)
    #expect(ids == [early.id, never.id])
    #expect(slice.elements.map(\.usage.uses) == [1, 0])
  }

  /// Readers use values while the writer gives tokens new ones and takes others out.
  @Test func `no use is lost or counted twice, whoever changes the tokens meanwhile`() async {
    var generator = SeededGenerator()
    var authority = Authority()
    let engine = authority.engine
    let board = Board()
    let now = authority.now
    var records = (0..<16).map { _ in authority.issue(.client) }
    for (index, record) in records.enumerated() {
      board.values[index].value.store(record.credentials.current.word0, ordering: .releasing)
    }
    let ended = AsyncStream<Void>.makeStream()
    for seed in 1...2 as ClosedRange<UInt64> {
      Thread.detachNewThread {
        UsageTests.use(engine, board, seed, now)
        ended.continuation.yield()
      }
    }
    for step in 0..<1_000 {
      let index = Int.random(in: 0..<records.count, using: &generator)
      let isOverlapping = generator.chance(50)
      var command = RegenerateCommand(records[index].id, digest: authority.newDigest())
      command.overlap = isOverlapping ? .seconds(3600) : nil
      // Without the check of invariants after each, which would take all the time.
      var batch = engine.makeBatch(now: now)
      let outcome = engine.decide(.regenerate(command), by: authority.root, in: &batch)
      engine.apply(batch.entries)
      guard let record = outcome.record else { continue }
      records[index] = record
      board.values[index].value.store(record.credentials.current.word0, ordering: .releasing)
      // Places go round.
      if step % 100 == 0 { engine.remove(authority.issue(.frontend).id) }
    }
    while board.uses.load(ordering: .relaxed) < 5_000 { await Task.yield() }
    board.isOver.store(true, ordering: .releasing)
    var iterator = ended.stream.makeAsyncIterator()
    for _ in 0..<2 { await iterator.next() }
    engine.reclaim()
    engine.checkInvariants()
    let counted = engine.records(after: nil, limit: .max).reduce(0) { $0 + $1.usage.uses }
    #expect(counted == UInt64(board.uses.load(ordering: .relaxed)))
  }

  private final class Board: Sendable {
    let values = (0..<16).map { _ in Word() }
    let uses = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
  }

  private final class Word: Sendable { let value = Atomic<UInt64>(0) }

  private static func use(_ engine: Engine, _ board: Board, _ seed: UInt64, _ now: Timestamp) {
    let reader = engine.makeReader()
    var uses = PendingUses()
    var (state, allowed) = (seed, 0)
    while !board.isOver.load(ordering: .acquiring) {
      reader.enter()
      for _ in 0..<100 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let value = board.values[Int(state >> 33) % 16].value.load(ordering: .acquiring)
        let answer = reader.validate(.sample(value), Question(), for: .unlimited, now: now)
        if answer.verdict == .allowed { allowed += 1 }
        reader.note(answer, at: now, in: &uses)
      }
      reader.recordUses(&uses)
      reader.leave()
      board.uses.add(allowed, ordering: .relaxed)
      allowed = 0
    }
  }
}
