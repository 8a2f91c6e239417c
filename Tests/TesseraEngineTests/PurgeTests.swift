import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct PurgeTests {
  private func purge(
    _ authority: inout Authority, before moment: Timestamp, after id: TokenID? = nil,
    by caller: Caller? = nil
  ) -> (purged: Int, next: TokenID?)? {
    let command = PurgeCommand(endedBefore: moment, after: id)
    guard case .purged(let purged, let next) = authority.run(.purge(command), by: caller) else {
      return nil
    }
    return (purged, next)
  }

  @Test func `what ended before the moment goes, and nothing else`() {
    var authority = Authority()
    let start = authority.now
    let expired = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    let revoked = authority.issue(.client)
    let revokedLater = authority.issue(.client)
    let live = authority.issue(.client)
    let endsLater = authority.issue(.client) { $0.expiry = .after(.seconds(1_000)) }
    _ = authority.revoke([revoked.id])
    authority.now = start + .seconds(100)
    _ = authority.revoke([revokedLater.id])
    authority.now = start + .seconds(200)
    let first = purge(&authority, before: start + .seconds(100))
    #expect(first?.purged == 2)
    #expect(first?.next == nil)
    let ids = [expired, revoked, revokedLater, live, endsLater].map(\.id)
    let held = ids.map { authority.engine.token($0) != nil }
    #expect(held == [false, false, true, true, true])
    let verdict = authority.verdict(revoked.credentials.current)
    #expect(verdict == .notFound)
    // A moment that is still to come is now: what is active stays.
    let second = purge(&authority, before: .latest)
    #expect(second?.purged == 1)
    let left = ids.map { authority.engine.token($0) != nil }
    #expect(left == [false, false, false, true, true])
    let revision = authority.engine.revision
    _ = purge(&authority, before: .latest)
    #expect(authority.engine.revision == revision, "nothing to purge, nothing is written")
  }

  @Test func `one call removes so many, and the next goes on`() {
    var authority = Authority()
    let revocation = Revocation(at: authority.now, by: authority.root.actor, reason: "")
    let records = (0..<Limits.tokensPerPurge + 3).map { _ in
      let digest = authority.newDigest()
      return TokenRecord(
        id: TokenID(high: 2, low: digest.word0), kind: .client, name: "", projects: .one(.alpha),
        environment: .development, createdAt: authority.now, createdBy: authority.root.actor,
        credentials: Credentials(current: digest), revocation: revocation)
    }
    authority.apply(.putTokens(records))
    authority.now = authority.now + .seconds(1)
    let first = purge(&authority, before: authority.now)
    #expect(first?.purged == Limits.tokensPerPurge)
    #expect(first?.next == records[Limits.tokensPerPurge - 1].id)
    let second = purge(&authority, before: authority.now, after: first?.next)
    #expect(second?.purged == 3)
    #expect(second?.next == nil)
    #expect(authority.engine.tokenCount == 1)
  }

  @Test func `what the batch revived stays, and what it removed is gone for it`() {
    var authority = Authority()
    let revived = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    let expired = authority.issue(.personal) { $0.expiry = .after(.seconds(10)) }
    authority.now = authority.now + .seconds(100)
    var batch = authority.engine.makeBatch(now: authority.now)
    var regenerate = RegenerateCommand(revived.id, digest: authority.newDigest())
    regenerate.expiry = .never
    _ = authority.engine.decide(.regenerate(regenerate), by: authority.root, in: &batch)
    let purge = Command.purge(PurgeCommand(endedBefore: authority.now))
    let outcomes = [purge, purge].map {
      authority.engine.decide($0, by: authority.root, in: &batch)
    }
    let counts = outcomes.map { if case .purged(let count, _) = $0 { count } else { -1 } }
    #expect(counts == [1, 0])
    var filter = RevokeFilter()
    filter.kinds = KindSet(.personal)
    let revoke = authority.engine.searched(
      .revoke(RevokeCommand(.found([], filter))), by: authority.root, now: authority.now)
    let revoked = authority.engine.decide(revoke, by: authority.root, in: &batch)
    #expect(revoked.revocations == [])
    let byID = authority.engine.decide(
      .revoke(RevokeCommand(.tokens([expired.id]))), by: authority.root, in: &batch)
    #expect(byID.revocations == [.notFound])
    authority.engine.apply(batch.entries)
    authority.engine.checkInvariants()
    let held = [revived, expired].map { authority.engine.token($0.id) != nil }
    #expect(held == [true, false])
  }

  @Test func `a purge needs the right to revoke without a limit`() {
    var authority = Authority()
    let unlimited = authority.service([PermissionGrant(.tokensRevoke)])
    let limited = authority.service([PermissionGrant(.tokensRevoke, projects: [.alpha])])
    let other = authority.service([PermissionGrant(.tokensRead)])
    let allowed = [unlimited, limited, other].map {
      purge(&authority, before: authority.now, by: $0) != nil
    }
    #expect(allowed == [true, false, false])
  }

  @Test func `the authority purges of itself, under a name of its own`() {
    var authority = Authority()
    let record = authority.issue(.client)
    _ = authority.revoke([record.id])
    authority.now = authority.now + .seconds(1)
    var batch = authority.engine.makeBatch(now: authority.now)
    let (purged, next) = authority.engine.purge(
      PurgeCommand(endedBefore: authority.now), in: &batch)
    #expect(purged == 1 && next == nil)
    #expect(batch.entries.map(\.actor) == [.offline("purge")])
    #expect(batch.entries.map(\.mutation) == [.removeTokens([record.id])])
    authority.engine.apply(batch.entries)
    // A replay of the same change finds nothing to do.
    authority.apply(.removeTokens([record.id]))
    let held = authority.engine.token(record.id)
    #expect(held == nil)
  }
}
