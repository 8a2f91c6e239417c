import Foundation
import Synchronization
import TesseraModel
import Testing

@testable import TesseraEngine

/// Readers on threads of their own, while the one writer does everything it can. Readers learn what
/// is applied as connections would: after the fact, through a word that the writer stores.
@Suite struct ConcurrencyTests {
  private static let slots = 256

  /// What the writer has made true of one token, in one word that it stores after applying: the
  /// number of its value, and whether it is revoked; 0 for no token. Odd `changing` before it
  /// begins to change that, even after.
  private final class Slot: Sendable {
    let state = Atomic<UInt64>(0)
    let changing = Atomic<UInt64>(0)
  }

  private final class Board: Sendable {
    let slots = (0..<ConcurrencyTests.slots).map { _ in Slot() }
    let isOver = Atomic<Bool>(false)
    let checks = Atomic<Int>(0)
    let wrong = Mutex<[String]>([])
  }

  private static func read(_ engine: Engine, _ board: Board, seed: UInt64, now: Timestamp) {
    let reader = engine.makeReader()
    var state = seed
    while !board.isOver.load(ordering: .acquiring) {
      reader.enter()
      for _ in 0..<64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let slot = board.slots[Int(state >> 33) % ConcurrencyTests.slots]
        let before = slot.changing.load(ordering: .acquiring)
        let known = slot.state.load(ordering: .acquiring)
        guard known != 0 else { continue }
        let digest = Digest.sample(known >> 1)
        let answer = reader.validate(
          digest, Question(project: ProjectNumber(rawValue: 1)), for: .unlimited, now: now)
        let details = reader.details(answer, for: .unlimited)
        atomicMemoryFence(ordering: .acquiring)
        let isSteady =
          before & 1 == 0 && slot.changing.load(ordering: .acquiring) == before
        let isRevoked = known & 1 == 1
        // A value that was revoked opens nothing, whatever comes after.
        if isRevoked && answer.verdict == .allowed {
          board.wrong.withLock { $0.append("a revoked value was allowed") }
        }
        if isSteady, answer.verdict != (isRevoked ? .revoked : .allowed) {
          board.wrong.withLock { $0.append("\(answer.verdict) for a token that stays as it is") }
        }
        // At any moment a live value is live, or was taken away, or revoked.
        if ![.allowed, .revoked, .notFound].contains(answer.verdict) {
          board.wrong.withLock { $0.append("\(answer.verdict), which was never true") }
        }
        if answer.verdict == .allowed, answer.kind != .client || details?.projects != .one(.alpha) {
          board.wrong.withLock { $0.append("another token's facts") }
        }
        board.checks.add(1, ordering: .relaxed)
      }
      reader.leave()
    }
  }

  @Test func `no verdict is ever wrong while the writer changes everything`() async {
    var generator = SeededGenerator()
    var authority = Authority()
    let engine = authority.engine
    let board = Board()
    let threads = 3
    let ended = AsyncStream<Void>.makeStream()
    for index in 0..<threads {
      let (seed, now) = (generator.next() &+ UInt64(index), authority.now)
      Thread.detachNewThread {
        ConcurrencyTests.read(engine, board, seed: seed, now: now)
        ended.continuation.yield()
      }
    }
    var records = [TokenRecord?](repeating: nil, count: ConcurrencyTests.slots)
    for step in 0..<12_000 {
      let index = Int.random(in: 0..<records.count, using: &generator)
      let slot = board.slots[index]
      slot.changing.add(1, ordering: .sequentiallyConsistent)
      change(&records[index], slot, &authority, &generator)
      slot.changing.add(1, ordering: .sequentiallyConsistent)
      // Tokens that nobody asks for make every shard's table grow.
      if step < 8_000 { grow(&authority) }
    }
    // Readers look at the end state too.
    let checked = board.checks.load(ordering: .relaxed)
    while board.checks.load(ordering: .relaxed) < checked + 10_000 { await Task.yield() }
    board.isOver.store(true, ordering: .releasing)
    var iterator = ended.stream.makeAsyncIterator()
    for _ in 0..<threads { await iterator.next() }
    let wrong = board.wrong.withLock { $0 }
    #expect(wrong.isEmpty, "\(wrong.prefix(5))")
    engine.reclaim()
    engine.checkInvariants()
    let places = engine.places
    #expect(places.waiting == 0, "with no reader online all is given back")
    #expect(places.highest < 8_000 + 4_000, "places are used again")
  }

  /// Issues, revokes, regenerates with and without overlap, or removes one slot's token, and says
  /// so once it is applied.
  private func change(
    _ record: inout TokenRecord?, _ slot: Slot, _ authority: inout Authority,
    _ generator: inout SeededGenerator
  ) {
    let engine = authority.engine
    guard var changed = record else {
      let made = add(&authority)
      slot.state.store(made.credentials.current.word0 << 1, ordering: .releasing)
      record = made
      return
    }
    if changed.revocation != nil || generator.chance(20) {
      slot.state.store(0, ordering: .releasing)
      engine.remove(changed.id)
      record = nil
    } else if generator.chance(40) {
      let revocation = Revocation(at: authority.now, by: authority.root.actor, reason: "")
      apply(.revokeTokens([changed.id], revocation), &authority)
      changed.revocation = revocation
      slot.state.store(changed.credentials.current.word0 << 1 | 1, ordering: .releasing)
      record = changed
    } else {
      let old = changed.credentials.current
      changed.credentials = Credentials(current: authority.newDigest())
      if generator.chance(50) {
        changed.credentials.previous = .init(digest: old, validUntil: .latest)
      }
      apply(.putToken(changed, idempotency: nil), &authority)
      slot.state.store(changed.credentials.current.word0 << 1, ordering: .releasing)
      record = changed
    }
  }

  /// With an overlap the old value is found all the while.
  @Test func `a value that is kept for an overlap is never lost from sight`() async {
    var authority = Authority()
    let engine = authority.engine
    var record = add(&authority)
    let (first, second) = (record.credentials.current, authority.newDigest())
    let shared = Watch(kept: first, passing: second)
    let now = authority.now
    let ended = AsyncStream<Void>.makeStream()
    Thread.detachNewThread {
      let reader = engine.makeReader()
      while !shared.isOver.load(ordering: .acquiring) {
        reader.enter()
        for _ in 0..<256 {
          let kept = reader.validate(shared.kept, Question(), for: .unlimited, now: now)
          if kept.verdict != .allowed { shared.lost.add(1, ordering: .relaxed) }
          // The other one comes and goes, but nobody revokes it.
          let passing = reader.validate(shared.passing, Question(), for: .unlimited, now: now)
          if passing.verdict != .allowed && passing.verdict != .notFound {
            shared.lost.add(1, ordering: .relaxed)
          }
          shared.checks.add(1, ordering: .relaxed)
        }
        reader.leave()
      }
      ended.continuation.yield()
    }
    for step in 0..<20_000 {
      record.credentials =
        step % 2 == 0
        ? Credentials(current: second, previous: .init(digest: first, validUntil: .latest))
        : Credentials(current: first)
      record.version += 1
      apply(.putToken(record, idempotency: nil), &authority)
    }
    while shared.checks.load(ordering: .relaxed) < 1_000 { await Task.yield() }
    shared.isOver.store(true, ordering: .releasing)
    var iterator = ended.stream.makeAsyncIterator()
    await iterator.next()
    let lost = shared.lost.load(ordering: .relaxed)
    #expect(lost == 0)
  }

  private final class Watch: Sendable {
    let kept: Digest
    let passing: Digest
    let isOver = Atomic<Bool>(false)
    let lost = Atomic<Int>(0)
    let checks = Atomic<Int>(0)
    init(kept: Digest, passing: Digest) {
      self.kept = kept
      self.passing = passing
    }
  }

  private func grow(_ authority: inout Authority) { _ = add(&authority) }

  private func add(_ authority: inout Authority) -> TokenRecord {
    let digest = authority.newDigest()
    let record = TokenRecord(
      id: TokenID(high: 2, low: digest.word0), kind: .client, name: "",
      projects: .one(.alpha), environment: .development, createdAt: authority.now,
      createdBy: authority.root.actor, credentials: Credentials(current: digest))
    apply(.putToken(record, idempotency: nil), &authority)
    return record
  }

  /// Without the check of invariants after each, which would take all the time.
  private func apply(_ mutation: Mutation, _ authority: inout Authority) {
    authority.engine.apply([
      JournalEntry(
        revision: authority.engine.revision.next, at: authority.now, actor: authority.root.actor,
        kind: .tokenIssued, mutation: mutation)
    ])
  }
}
