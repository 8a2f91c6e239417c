import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct RevokeTests {
  @Test func `each id has its own outcome, and all are one change`() {
    var authority = Authority()
    let tokens = (0..<3).map { _ in authority.issue(.client) }
    let before = authority.engine.revision
    let unknown = TokenID(high: 9, low: 9)
    let outcomes = authority.revoke([
      tokens[0].id, unknown, tokens[1].id, tokens[0].id,
    ]).revocations
    #expect(outcomes == [.revoked, .notFound, .revoked, .alreadyRevoked])
    let after = authority.engine.revision
    #expect(after == before.next)
    let verdicts = tokens.map { authority.verdict($0.credentials.current) }
    #expect(verdicts == [.revoked, .revoked, .allowed])
    let held = authority.engine.token(tokens[0].id)
    #expect(held?.version == 2 && held?.revocation?.reason == "test")
    #expect(held?.revocation?.by == authority.root.actor)
    let twice = authority.revoke([tokens[0].id]).revocations
    #expect(twice == [.alreadyRevoked])
    let last = authority.engine.revision
    #expect(last == after, "nothing changed")
  }

  @Test func `who holds a secret value may revoke it`() {
    var authority = Authority()
    let stranger = authority.authenticate(authority.issue(.personal))
    let client = authority.issue(.client).credentials.current
    let frontend = authority.issue(.frontend).credentials.current
    let outcomes = [client, client, frontend, .sample(99)].map {
      authority.run(.revoke(RevokeCommand(.value($0))), by: stranger).revocations
    }
    #expect(outcomes == [[.revoked], [.alreadyRevoked], [.notFound], [.notFound]])
    let byAdmin = authority.run(.revoke(RevokeCommand(.value(frontend)))).revocations
    #expect(byAdmin == [.revoked])
  }

  @Test func `a caller without the permission revokes its own token and no other`() {
    var authority = Authority()
    let own = authority.issue(.client)
    let other = authority.issue(.client)
    let caller = authority.authenticate(own)
    let refused = authority.revoke([own.id, other.id], by: caller).refusal
    #expect(refused?.code == .permissionDenied)
    let unknown = authority.revoke([TokenID(high: 9, low: 9)], by: caller).refusal
    #expect(unknown == refused, "a token of another is as if it were not")
    let allowed = authority.revoke([own.id], by: caller).revocations
    #expect(allowed == [.revoked])
    let ended = authority.revoke([own.id], by: caller).refusal
    #expect(ended == .callerEnded)
  }

  @Test func `a user revokes their own tokens, and learns nothing of others'`() {
    var authority = Authority()
    authority.put(.bob)
    let own = authority.issue(.personal)
    let sameOwner = authority.issue(.personal)
    let other = authority.issue(.personal) { $0.owner = .bob }
    let ids = [sameOwner.id, other.id, TokenID(high: 9, low: 9), own.id]
    let outcomes = authority.revoke(ids, by: authority.authenticate(own)).revocations
    #expect(outcomes == [.revoked, .notFound, .notFound, .revoked])
    #expect(authority.held(other)?.revocation == nil)
  }

  @Test func `a limited caller does not learn of tokens outside its limits`() {
    var authority = Authority()
    let alpha = authority.issue(.client)
    let beta = authority.issue(.client) { $0.projects = .one(.beta) }
    let admin = authority.issue(.admin)
    let caller = authority.service([PermissionGrant(.tokensRevoke, projects: [.alpha])])
    let outcomes = authority.revoke(
      [alpha.id, beta.id, admin.id, TokenID(high: 9, low: 9)], by: caller
    ).revocations
    #expect(outcomes == [.revoked, .notFound, .notFound, .notFound])
    let verdict = authority.verdict(beta.credentials.current)
    #expect(verdict == .allowed)
  }

  @Test func `what is asked must be within the limits`() {
    var authority = Authority()
    let none = authority.revoke([]).refusal
    #expect(none?.field == "ids")
    let many = authority.revoke(Array(repeating: TokenID(high: 1, low: 1), count: 1_001)).refusal
    #expect(many?.field == "ids")
    let long = authority.run(
      .revoke(RevokeCommand(.value(.sample(1)), reason: String(repeating: "r", count: 501)))
    ).refusal
    #expect(long?.field == "reason")
  }

  @Test func `decisions see what their batch holds`() {
    var authority = Authority()
    let victim = authority.issue(.admin)
    let caller = authority.authenticate(victim)
    var batch = authority.engine.makeBatch(now: authority.now)
    func decide(_ command: Command, by caller: Caller) -> Outcome {
      authority.engine.decide(command, by: caller, in: &batch)
    }
    let issue = authority.makeIssue(.client)
    let issued = decide(.issue(issue), by: caller)
    let byValue = decide(.revoke(RevokeCommand(.value(issue.digest))), by: authority.root)
    let byID = decide(.revoke(RevokeCommand(.tokens([issued.record!.id]))), by: authority.root)
    #expect(byValue.revocations == [.revoked] && byID.revocations == [.alreadyRevoked])
    let sameValue = decide(.issue(issue), by: caller)
    #expect(sameValue.refusal?.code == .alreadyExists)
    let ofCaller = decide(.revoke(RevokeCommand(.tokens([victim.id]))), by: authority.root)
    #expect(ofCaller.revocations == [.revoked])
    let late = decide(.issue(authority.makeIssue(.client)), by: caller)
    #expect(late.refusal == .callerEnded)
    let unseen = authority.verdict(issue.digest)
    #expect(unseen == .notFound, "nothing is applied before it is on disk")
    authority.engine.apply(batch.entries)
    authority.engine.checkInvariants()
    let verdicts = [issue.digest, victim.credentials.current].map { authority.verdict($0) }
    #expect(verdicts == [.revoked, .revoked])
  }

  @Test func `a dropped batch leaves nothing behind`() {
    var authority = Authority()
    var batch = authority.engine.makeBatch(now: authority.now)
    let issue = authority.makeIssue(.client) { $0.idempotency = (.sample(7), .sample(8)) }
    _ = authority.engine.decide(.issue(issue), by: authority.root, in: &batch)
    let again = authority.run(.issue(issue))
    guard case .issued(_, _, false) = again else {
      Issue.record("\(again)")
      return
    }
  }
}
