import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct CredentialTests {
  /// The token with a new value, the old one valid for as long as `overlap` says.
  private func regenerated(
    _ record: TokenRecord, _ authority: inout Authority, overlap: Duration? = nil
  ) -> TokenRecord {
    var record = record
    let old = record.credentials.current
    record.credentials = Credentials(
      current: authority.newDigest(),
      previous: overlap.map {
        Credentials.Previous(digest: old, validUntil: authority.now + $0)
      })
    record.version += 1
    authority.apply(.putToken(record, idempotency: nil))
    return record
  }

  @Test func `a new value opens at once, and the old one for as long as the overlap`() {
    var authority = Authority()
    let first = authority.issue(.client)
    let second = regenerated(first, &authority, overlap: .seconds(60))
    func verdicts() -> [Verdict] {
      [first, second].map { authority.verdict($0.credentials.current) }
    }
    #expect(verdicts() == [.allowed, .allowed])
    let held = authority.engine.token(first.id)
    #expect(held == second)
    authority.now = authority.now + .seconds(60)
    #expect(verdicts() == [.expired, .allowed])
    let third = regenerated(second, &authority)
    #expect(verdicts() == [.notFound, .notFound])
    let verdict = authority.verdict(third.credentials.current)
    #expect(verdict == .allowed)
  }

  @Test func `both values end with the token`() {
    var authority = Authority()
    let first = authority.issue(.client) { $0.expiry = .after(.seconds(10)) }
    let second = regenerated(first, &authority, overlap: .seconds(60))
    let held = authority.engine.token(first.id)
    #expect(held == second, "the overlap is kept as it was asked for")
    func verdicts() -> [Verdict] {
      [first, second].map { authority.verdict($0.credentials.current) }
    }
    #expect(verdicts() == [.allowed, .allowed])
    authority.now = authority.now + .seconds(10)
    #expect(verdicts() == [.expired, .expired])
    _ = authority.run(.revoke(RevokeCommand(.value(first.credentials.current))))
    #expect(verdicts() == [.revoked, .revoked])
  }

  @Test func `the details of either value are the token's`() {
    var authority = Authority()
    let first = authority.issue(.client) { $0.name = "reader" }
    let second = regenerated(first, &authority, overlap: .seconds(60))
    let reader = authority.engine.makeReader()
    reader.enter()
    for digest in [first.credentials.current, second.credentials.current] {
      let answer = reader.validate(digest, Question(), for: .unlimited, now: authority.now)
      let details = reader.details(answer, for: .unlimited)
      #expect(answer.id == first.id && answer.kind == .client)
      #expect(details?.name == "reader" && details?.projects == .one(.alpha))
      #expect(details?.environment == .development)
    }
  }

  @Test func `a previous value can come, change and go with the current one unchanged`() {
    var authority = Authority()
    var record = authority.issue(.client)
    let old = authority.newDigest()
    for seconds in [60, 30, nil, 10] as [Int64?] {
      record.credentials.previous = seconds.map {
        Credentials.Previous(digest: old, validUntil: authority.now + .seconds($0))
      }
      authority.apply(.putToken(record, idempotency: nil))
      let held = authority.engine.token(record.id)
      #expect(held == record)
      let verdict = authority.verdict(old)
      #expect(verdict == (seconds == nil ? .notFound : .allowed))
    }
    // And the two change places.
    swap(&record.credentials.current, &record.credentials.previous!.digest)
    authority.apply(.putToken(record, idempotency: nil))
    let held = authority.engine.token(record.id)
    #expect(held == record)
  }

  @Test func `the place of an ended value is used again`() {
    var authority = Authority()
    var record = authority.issue(.client)
    for _ in 0..<100 { record = regenerated(record, &authority) }
    let places = (authority.authenticate(record), authority.authenticate(record))
    guard case .token(_, _, let place, _) = places.0 else { return }
    #expect(place.rawValue < 5)
  }

  @Test func `what a record holds comes back, the longest texts too`() {
    var authority = Authority()
    for kind in [TokenKind.admin, .personal, .client, .frontend, .service] {
      let record = authority.issue(kind) {
        $0.name = String(repeating: "é", count: Limits.tokenNameBytes / 2)
        $0.description = String(repeating: "d", count: Limits.descriptionBytes)
        if kind == .service {
          $0.permissions = [
            PermissionGrant(
              .tokensRead, kinds: .secret, projects: [.beta, .alpha], environments: [.production]),
            PermissionGrant(.serverRead),
          ]
        }
      }
      let reason = String(repeating: "r", count: Limits.reasonBytes)
      _ = authority.run(.revoke(RevokeCommand(.tokens([record.id]), reason: reason)))
      var expected = record
      expected.revocation = Revocation(at: authority.now, by: authority.root.actor, reason: reason)
      expected.version = 2
      let held = authority.engine.token(record.id)
      #expect(held == expected)
    }
  }

  @Test func `an environment that the directory has not does not end the engine`() {
    var authority = Authority()
    var record = authority.issue(.client)
    record.environment = EnvironmentID("elsewhere")
    authority.apply(.putToken(record, idempotency: nil), isWhole: false)
    let verdict = authority.verdict(
      record.credentials.current,
      Question(environment: authority.number(EnvironmentID.development)))
    #expect(verdict == .wrongEnvironment)
    let held = authority.engine.token(record.id)
    #expect(held == record)
  }
}
