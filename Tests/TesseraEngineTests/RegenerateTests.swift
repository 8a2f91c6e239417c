import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct RegenerateTests {
  /// What each record's value is worth now.
  private func verdicts(
    _ authority: borrowing Authority, _ records: TokenRecord?...
  ) -> [Verdict?] {
    records.map { record in record.map { authority.verdict($0.credentials.current) } }
  }

  @Test func `the old value stops at once, and the token is the same`() {
    var authority = Authority()
    let first = authority.issue(.client) { $0.name = "n" }
    let second = authority.regenerate(first.id).record
    var expected = first
    expected.credentials = Credentials(current: .sample(3))
    expected.version = 2
    #expect(second == expected)
    let held = authority.engine.token(first.id)
    #expect(held == expected)
    #expect(verdicts(authority, first, second) == [.notFound, .allowed])
  }

  @Test func `with an overlap both pass until it ends`() {
    var authority = Authority()
    let first = authority.issue(.client)
    let second = authority.regenerate(first.id) { $0.overlap = .seconds(60) }.record
    #expect(verdicts(authority, first, second) == [.allowed, .allowed])
    let now = authority.now
    #expect(second?.previousValidUntil(at: now) == now + .seconds(60))
    authority.now = now + .seconds(60)
    #expect(verdicts(authority, first, second) == [.expired, .allowed])
    #expect(second?.previousValidUntil(at: now + .seconds(60)) == nil)
    // What was replaced does not end what replaced it.
    let revoked = authority.run(.revoke(RevokeCommand(.value(first.credentials.current))))
    #expect(revoked.revocations == [.notFound])
    _ = authority.update(first.id) { $0.name = "later" }
    #expect(verdicts(authority, first, second) == [.notFound, .allowed])
  }

  @Test func `two values at most: the oldest stops at once`() {
    var authority = Authority()
    let first = authority.issue(.client)
    let second = authority.regenerate(first.id) { $0.overlap = .seconds(60) }.record
    let third = authority.regenerate(first.id) { $0.overlap = .seconds(60) }.record
    #expect(verdicts(authority, first, second, third) == [.notFound, .allowed, .allowed])
    let fourth = authority.regenerate(first.id).record
    #expect(
      verdicts(authority, first, second, third, fourth)
        == [.notFound, .notFound, .notFound, .allowed])
    #expect(fourth?.version == 4)
  }

  @Test func `revoking stops both values, and either may ask for it`() {
    for usesFirst in [true, false] {
      var authority = Authority()
      let first = authority.issue(.client)
      let second = authority.regenerate(first.id) { $0.overlap = .seconds(60) }.record
      let value = usesFirst ? first.credentials.current : .sample(3)
      let revoked = authority.run(.revoke(RevokeCommand(.value(value))))
      #expect(revoked.revocations == [.revoked])
      #expect(verdicts(authority, first, second) == [.revoked, .revoked])
      let refusal = authority.regenerate(first.id).refusal
      #expect(refusal?.code == .failedPrecondition)
    }
  }

  @Test func `an expired token passes again with a new expiry and a new value alone`() {
    var authority = Authority()
    let first = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    authority.now = authority.now + .seconds(10)
    let unsaid = authority.regenerate(first.id).refusal
    #expect(unsaid?.code == .failedPrecondition && unsaid?.field == "expires_at")
    let overlapping = authority.regenerate(first.id) {
      $0.expiry = .after(.seconds(10))
      $0.overlap = .seconds(1)
    }.refusal
    #expect(overlapping?.code == .failedPrecondition && overlapping?.field == "overlap")
    let end = authority.now + .seconds(20)
    let second = authority.regenerate(first.id) { $0.expiry = .after(.seconds(20)) }.record
    #expect(second?.expiresAt == end)
    #expect(verdicts(authority, first, second) == [.notFound, .allowed])
    authority.now = end
    #expect(verdicts(authority, second) == [.expired])
    let endless = authority.regenerate(first.id) { $0.expiry = .never }
    #expect(endless.record?.expiresAt == nil && endless.warnings?.count == 1)
  }

  @Test func `an overlap does not outlast the token`() {
    var authority = Authority()
    let first = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    let end = first.expiresAt
    let second = authority.regenerate(first.id) { $0.overlap = .seconds(60) }.record
    #expect(second?.expiresAt == end && second?.previousValidUntil(at: authority.now) == end)
    authority.now = authority.now + .seconds(10)
    #expect(verdicts(authority, first, second) == [.expired, .expired])
  }

  @Test func `overlaps have a limit`() {
    var authority = Authority()
    let first = authority.issue(.client)
    for overlap in [Duration.zero, .seconds(-1), Limits.overlap + .seconds(1)] {
      let refusal = authority.regenerate(first.id) { $0.overlap = overlap }.refusal
      #expect(refusal?.code == .invalidArgument && refusal?.field == "overlap")
    }
    let longest = authority.regenerate(first.id) { $0.overlap = Limits.overlap }
    #expect(longest.refusal == nil)
  }

  @Test func `a value that is another token's is refused`() {
    var authority = Authority()
    let (one, other) = (authority.issue(.client), authority.issue(.client))
    let refusal = authority.regenerate(one.id) { $0.digest = other.credentials.current }.refusal
    #expect(refusal?.code == .alreadyExists)
  }

  @Test func `within a batch the old value is gone`() {
    var authority = Authority()
    let admin = authority.issue(.admin)
    let caller = authority.authenticate(admin)
    var batch = authority.engine.makeBatch(now: authority.now)
    func decide(_ command: Command, _ caller: Caller) -> Outcome {
      authority.engine.decide(command, by: caller, in: &batch)
    }
    let renewed = decide(.regenerate(RegenerateCommand(admin.id, digest: .sample(70))), caller)
    #expect(renewed.record?.version == 2)
    var rename = UpdateCommand(admin.id)
    rename.name = "x"
    #expect(decide(.update(rename), caller).refusal == .callerEnded)
    let value = RevokeCommand(.value(admin.credentials.current))
    #expect(decide(.revoke(value), authority.root).revocations == [.notFound])
    #expect(decide(.update(rename), authority.root).record?.version == 3)
    #expect(
      decide(.revoke(RevokeCommand(.value(.sample(70)))), authority.root).revocations == [.revoked])
    authority.engine.apply(batch.entries)
    authority.engine.checkInvariants()
    let verdict = authority.verdict(.sample(70))
    #expect(verdict == .revoked)
  }

  @Test func `a caller that keeps an overlap goes on until it ends`() {
    var authority = Authority()
    let admin = authority.issue(.admin)
    let caller = authority.authenticate(admin)
    let renewed = authority.regenerate(admin.id, by: caller) { $0.overlap = .seconds(60) }
    #expect(renewed.refusal == nil)
    let within = authority.update(admin.id, by: caller) { $0.name = "x" }
    #expect(within.refusal == nil)
    authority.now = authority.now + .seconds(60)
    let after = authority.update(admin.id, by: caller) { $0.name = "y" }
    #expect(after.refusal == .callerEnded)
  }

  @Test func `who may regenerate is who might issue`() {
    var authority = Authority()
    let inside = authority.issue(.client)
    let across = authority.issue(.client) { $0.projects = .all }
    let service = authority.issue(.service)
    let caller = authority.service([
      PermissionGrant(.tokensIssue, projects: [.alpha]), PermissionGrant(.tokensRead),
    ])
    let codes = [inside, across, service].map {
      authority.regenerate($0.id, by: caller).refusal?.code
    }
    #expect(codes == [nil, .permissionDenied, .permissionDenied])
    let reader = authority.service([PermissionGrant(.tokensRead)])
    let refusal = authority.regenerate(inside.id, by: reader).refusal
    #expect(refusal == .lacks(.tokensIssue))
    #expect(verdicts(authority, across, service) == [.allowed, .allowed])
  }
}
