import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct RevokeFilterTests {
  /// One change, so that many are made quickly.
  private func add(_ count: Int, to authority: inout Authority) {
    var revision = authority.engine.revision
    var entries: [JournalEntry] = []
    for number in 0..<UInt64(count) {
      revision = revision.next
      let record = TokenRecord(
        id: TokenID(high: 2, low: number), kind: .client, name: "many", projects: .one(.alpha),
        environment: .development, createdAt: authority.now, createdBy: authority.root.actor,
        credentials: Credentials(current: .sample(1 << 40 + number)))
      entries.append(
        JournalEntry(
          revision: revision, at: authority.now, actor: authority.root.actor,
          kind: .tokenIssued, mutation: .putToken(record, idempotency: nil)))
    }
    authority.engine.apply(entries)
  }

  @Test func `what a caller may not revoke neither counts nor shows in the refusal of too many`() {
    var authority = Authority()
    add(Limits.tokensPerRevoke + 1, to: &authority)
    let own = authority.issue(.client) { $0.projects = .one(.beta) }
    let limited = authority.service([PermissionGrant(.tokensRevoke, projects: [.beta])])
    var filter = RevokeFilter()
    filter.kinds = KindSet(.client)
    let byAll = authority.run(.revoke(RevokeCommand(.found([], filter)))).refusal
    #expect(byAll?.code == .failedPrecondition && byAll?.field == "filter")
    let byLimited = authority.run(.revoke(RevokeCommand(.found([], filter))), by: limited)
    #expect(byLimited.revocations == [.revoked])
    #expect(authority.verdict(own.credentials.current) == .revoked)
    #expect(authority.verdict(.sample(1 << 40)) == .allowed)
  }

  @Test func `what a search found is looked at again when it is decided`() {
    var authority = Authority()
    let tokens = (0..<3).map { _ in authority.issue(.client) }
    var filter = RevokeFilter()
    filter.kinds = KindSet(.client)
    var search = RevokeSearch(filter)
    while authority.engine.advance(&search, by: authority.root, now: authority.now) {}
    #expect(search.found == tokens.map(\.id))
    // Meanwhile one is revoked, and another is issued, of which nobody was told before.
    _ = authority.run(.revoke(RevokeCommand(.tokens([tokens[1].id]))))
    let later = authority.issue(.client)
    let outcome = authority.run(.revoke(RevokeCommand(.found(search.found, filter))))
    guard case .revoked(let outcomes) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(outcomes.map(\.id) == [tokens[0].id, tokens[2].id])
    #expect(authority.verdict(later.credentials.current) == .allowed)
    let limited = authority.service([PermissionGrant(.tokensRevoke, projects: [.beta])])
    let byOther = authority.run(
      .revoke(RevokeCommand(.found([later.id], filter))), by: limited)
    #expect(byOther.revocations == [])
  }

  @Test func `a search that stopped early is refused, whatever is left of what it found`() {
    var authority = Authority()
    add(Limits.tokensPerRevoke + 2, to: &authority)
    var filter = RevokeFilter()
    filter.kinds = KindSet(.client)
    var search = RevokeSearch(filter)
    while authority.engine.advance(&search, by: authority.root, now: authority.now) {}
    let first = search.found.prefix(Limits.idsPerRevoke)
    _ = authority.run(.revoke(RevokeCommand(.tokens(Array(first)))))
    let outcome = authority.run(.revoke(RevokeCommand(.found(search.found, filter))))
    #expect(outcome.refusal?.code == .failedPrecondition)
  }

  @Test func `as many as are allowed are revoked in one change`() {
    var authority = Authority()
    add(Limits.tokensPerRevoke, to: &authority)
    let before = authority.engine.revision
    var filter = RevokeFilter()
    filter.kinds = KindSet(.client)
    let revoked = authority.run(.revoke(RevokeCommand(.found([], filter)))).revocations?.count
    #expect(revoked == Limits.tokensPerRevoke)
    #expect(authority.engine.revision == before.next)
  }

  /// The search goes on where the slice before ended.
  @Test func `what lies beyond the first slice is found, and revoked as the batch leaves it`() {
    var authority = Authority()
    add(Limits.searchSlice * 2, to: &authority)
    let last = TokenID(high: 2, low: UInt64(Limits.searchSlice) * 2 - 1)
    var filter = RevokeFilter()
    filter.issuedBefore = authority.now
    #expect(authority.run(.revoke(RevokeCommand(.found([], filter)))).revocations == [])
    authority.now = authority.now + .seconds(1)
    filter.issuedBefore = authority.now
    let revoke = authority.engine.searched(
      .revoke(RevokeCommand(.found([], filter))), by: authority.root, now: authority.now)
    var batch = authority.engine.makeBatch(now: authority.now)
    _ = authority.engine.decide(
      .revoke(RevokeCommand(.tokens([last]))), by: authority.root, in: &batch)
    let outcome = authority.engine.decide(revoke, by: authority.root, in: &batch)
    #expect(outcome.revocations?.count == Limits.searchSlice * 2 - 1)
  }
}
