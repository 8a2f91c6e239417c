import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct IdempotencyTests {
  @Test func `an idempotency key gives the same token once, within 24 hours`() {
    var authority = Authority()
    let (key, request) = (Digest.sample(1_000), Digest.sample(1_001))
    func keyed(_ authority: inout Authority, _ request: Digest) -> Outcome {
      authority.run(.issue(authority.makeIssue(.admin) { $0.idempotency = (key, request) }))
    }
    guard case .issued(let first, _, false) = keyed(&authority, request) else { return }
    let revision = authority.engine.revision
    authority.now = authority.now + .seconds(24 * 3600 - 1)
    let again = keyed(&authority, request)
    guard case .issued(let same, _, true) = again else {
      Issue.record("\(again)")
      return
    }
    #expect(same == first)
    let other = keyed(&authority, .sample(1_002)).refusal
    #expect(other?.field == "idempotency_key" && other?.code == .invalidArgument)
    let unchanged = authority.engine.revision
    #expect(revision == unchanged)
    authority.now = authority.now + .seconds(1)
    authority.engine.forgetOldKeys(at: authority.now)
    guard case .issued(let second, _, false) = keyed(&authority, .sample(1_002)) else {
      Issue.record("the key is free again")
      return
    }
    #expect(second.id != first.id)
    authority.engine.remove(second.id)
    let gone = keyed(&authority, .sample(1_002)).refusal
    #expect(gone?.code == .failedPrecondition && gone?.field == "idempotency_key")
  }

  /// By a clock that is ahead a repetition would make a second token.
  @Test func `an idempotency key is kept for as long as the clock cannot be believed`() {
    var authority = Authority()
    let command = authority.makeIssue(.admin) { $0.idempotency = (.sample(1), .sample(2)) }
    let first = authority.run(.issue(command)).record
    authority.engine.forgetOldKeys(at: authority.now)
    authority.now = authority.now + .seconds(10 * 24 * 3600)
    guard case .issued(let again, _, true) = authority.run(.issue(command)) else {
      Issue.record("a second token")
      return
    }
    #expect(again == first)
  }

  @Test func `one caller's idempotency keys leave room for those of others`() {
    var authority = Authority()
    authority.engine.ledger.withLock { $0.keysPerCaller = 3 }
    func keyed(_ authority: inout Authority, _ key: UInt64, by caller: Caller) -> Refusal? {
      authority.run(
        .issue(authority.makeIssue(.client) { $0.idempotency = (.sample(key), .sample(key)) }),
        by: caller
      ).refusal
    }
    authority.put(.bob, [Grant(.allProjects, createsTokens: true)]) { $0.password = .sample(1) }
    // Through whatever token bob comes, he is one caller.
    let bobs =
      [authority.signedIn(.bob)]
      + (0..<2).map { _ in authority.authenticate(authority.issue(.personal) { $0.owner = .bob }) }
    for (key, caller) in bobs.enumerated() {
      let refusal = keyed(&authority, UInt64(key) + 1, by: caller)
      #expect(refusal == nil)
    }
    for caller in bobs {
      let refusal = keyed(&authority, 9, by: caller)
      #expect(refusal?.code == .resourceExhausted && refusal?.field == "idempotency_key")
      let known = keyed(&authority, 1, by: caller)
      #expect(known?.code != .resourceExhausted, "what is kept is repeated, or refused as another")
    }
    let root = authority.root
    let byRoot = keyed(&authority, 9, by: root)
    #expect(byRoot == nil)
    // A start knows whose keys they are, by the tokens that they made.
    let restored = HeldState(authority.engine).restored(hashKey: (3, 4))
    let counts = [Actor.user(.bob, through: nil), authority.root.actor].map { actor in
      restored.ledger.withLock { $0.idempotency.count(of: actor) }
    }
    #expect(counts == [3, 1])
    // A day later there is room again.
    authority.now = authority.now + .seconds(24 * 3600)
    authority.engine.forgetOldKeys(at: authority.now)
    let later = keyed(&authority, 9, by: bobs[0])
    #expect(later == nil)
  }

  @Test func `an idempotency key counts within its own batch`() {
    var authority = Authority()
    var batch = authority.engine.makeBatch(now: authority.now)
    let command = authority.makeIssue(.admin) { $0.idempotency = (.sample(1), .sample(2)) }
    let first = authority.engine.decide(.issue(command), by: authority.root, in: &batch)
    let again = authority.engine.decide(.issue(command), by: authority.root, in: &batch)
    guard case .issued(let one, _, false) = first, case .issued(let two, _, true) = again else {
      Issue.record("\(again)")
      return
    }
    #expect(one == two && batch.entries.count == 1)
  }

  @Test func `a key that is used again holds up no other`() {
    var keys = IdempotencyKeys()
    func entry(_ key: UInt64, until: Int64) -> IdempotencyEntry {
      IdempotencyEntry(
        key: .sample(key), request: .sample(0), token: TokenID(high: 0, low: 0),
        keptUntil: Timestamp(microseconds: until))
    }
    let caller = Actor.certificate("a")
    keys.put(entry(0, until: 10), of: nil)
    for key in 1...100 { keys.put(entry(UInt64(key), until: 10), of: caller) }
    keys.put(entry(0, until: 20), of: caller)
    #expect(keys.count == 101 && keys.count(of: caller) == 101)
    for _ in 0..<100 { keys.forget(before: Timestamp(microseconds: 10), limit: 2) }
    #expect(keys.count == 1 && keys[.sample(0)]?.keptUntil == Timestamp(microseconds: 20))
    #expect(keys.count(of: caller) == 1)
    let isMore = keys.forget(before: Timestamp(microseconds: 20), limit: 10)
    #expect(!isMore && keys.count == 0 && keys.count(of: caller) == 0)
  }
}
