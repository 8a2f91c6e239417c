import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct ImportTests {
  private func token(
    _ kind: TokenKind, _ digest: Digest, _ change: (inout ImportedToken) -> Void = { _ in }
  ) -> ImportedToken {
    var token = ImportedToken(kind: kind, digest: digest, isUnchecked: true, entropy: digest.word0)
    if kind.isBoundToEnvironment {
      token.projects = .one(.alpha)
      token.environment = .development
    }
    change(&token)
    return token
  }

  private func codes(_ outcome: Outcome) -> [StatusCode] {
    guard case .imported(let outcomes) = outcome else { return [outcome.refusal?.code ?? .unknown] }
    return outcomes.map { if case .failure(let refusal) = $0 { refusal.code } else { .ok } }
  }

  @Test func `a PERSONAL token of which no end is said ends as one that is issued`() {
    var authority = Authority()
    let outcome = authority.run(
      .importTokens([
        token(.personal, authority.newDigest()) { $0.owner = .ada },
        token(.client, authority.newDigest()),
      ]))
    guard case .imported(let outcomes) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    let ends = outcomes.map { outcome in
      (try? outcome.get()).flatMap { authority.engine.token($0)?.expiresAt }
    }
    #expect(ends == [authority.now + Limits.personalLifetime, nil])
  }

  @Test func `tokens are imported or refused each for itself, in one change`() {
    var authority = Authority()
    let held = authority.issue(.client).credentials.current
    let (first, second) = (authority.newDigest(), authority.newDigest())
    let before = authority.engine.revision
    let outcome = authority.run(
      .importTokens([
        token(.client, first) {
          $0.name = "legacy"
          $0.createdAt = Timestamp(microseconds: 1_000)
        },
        token(.client, held),
        token(.client, first),
        token(.frontend, authority.newDigest()) { $0.environment = nil },
        token(.frontend, authority.newDigest()) { $0.projects = .one(.nowhere) },
        token(.proxyKey, authority.newDigest()),
        token(.client, authority.newDigest()) { $0.expiresAt = authority.now },
        token(.client, authority.newDigest()) { $0.createdAt = authority.now + .seconds(1) },
        token(.service, second) { $0.permissions = [PermissionGrant(.tokensRead)] },
      ]))
    #expect(
      codes(outcome) == [
        .ok, .alreadyExists, .alreadyExists, .invalidArgument, .invalidArgument,
        .invalidArgument, .invalidArgument, .invalidArgument, .ok,
      ])
    #expect(authority.engine.revision == before.next, "one durable change")
    let verdicts = [authority.verdict(first), authority.verdict(second)]
    #expect(verdicts == [.allowed, .allowed])
    guard case .imported(let outcomes) = outcome, case .success(let id) = outcomes[0] else {
      return
    }
    let record = authority.engine.token(id)
    #expect(record?.createdAt == Timestamp(microseconds: 1_000))
    #expect(record?.createdBy == authority.root.actor)
    #expect(record?.expiresAt == nil)
    #expect(record?.credentials == Credentials(current: first, isUnchecked: true))
    #expect(record?.name == "legacy")
  }

  @Test func `what was imported and what an unapplied batch holds is not imported again`() {
    var authority = Authority()
    let (first, second) = (authority.newDigest(), authority.newDigest())
    var batch = authority.engine.makeBatch(now: authority.now)
    let imports = [
      [token(.client, first)], [token(.client, first), token(.client, second)],
    ]
    let outcomes = imports.map {
      authority.engine.decide(.importTokens($0), by: authority.root, in: &batch)
    }
    #expect(codes(outcomes[0]) == [.ok])
    #expect(codes(outcomes[1]) == [.alreadyExists, .ok])
    authority.engine.apply(batch.entries)
    authority.engine.checkInvariants()
    let again = authority.run(.importTokens([token(.client, second)]))
    #expect(codes(again) == [.alreadyExists])
    #expect(authority.engine.revision == batch.lastRevision, "nothing changed, nothing is written")
  }

  @Test func `tokens of one call count for their owner's most`() {
    var authority = Authority()
    let tokens = (0..<Limits.tokensPerImport).map { _ in
      token(.personal, authority.newDigest()) { $0.owner = "ada" }
    }
    let all = authority.run(.importTokens(tokens))
    #expect(codes(all).allSatisfy { $0 == .ok })
    let more = authority.run(
      .importTokens([token(.personal, authority.newDigest()) { $0.owner = "ada" }]))
    #expect(codes(more) == [.resourceExhausted])
  }

  @Test func `an import is enclosed as an Issue is`() {
    var authority = Authority()
    let caller = authority.service([
      PermissionGrant(
        .tokensImport, kinds: KindSet(.client), projects: [.alpha], environments: [.development])
    ])
    let outcome = authority.run(
      .importTokens([
        token(.client, authority.newDigest()),
        token(.client, authority.newDigest()) { $0.projects = .one(.beta) },
        token(.client, authority.newDigest()) { $0.projects = .one(.nowhere) },
        token(.client, authority.newDigest()) { $0.projects = .all },
        token(.client, authority.newDigest()) { $0.environment = .production },
        token(.frontend, authority.newDigest()),
        token(.admin, authority.newDigest()),
        token(.service, authority.newDigest()) {
          $0.permissions = [PermissionGrant(.tokensImport)]
        },
      ]), by: caller)
    let denied = [StatusCode](repeating: .permissionDenied, count: 7)
    #expect(codes(outcome) == [.ok] + denied)
    let issuer = authority.service([PermissionGrant(.tokensIssue)])
    let refused = authority.run(.importTokens([token(.client, authority.newDigest())]), by: issuer)
    #expect(codes(refused) == [.permissionDenied], "to issue is another permission")
  }

  @Test func `an import of nothing, or of too many, is refused whole`() {
    var authority = Authority()
    let none = authority.run(.importTokens([]))
    let tokens = (0...Limits.tokensPerImport).map { _ in token(.client, authority.newDigest()) }
    let many = authority.run(.importTokens(tokens))
    #expect(none.refusal?.field == "tokens")
    #expect(many.refusal?.field == "tokens")
  }

  @Test func `a proxy client key is no token's value`() {
    var authority = Authority()
    let (key, other) = (authority.newDigest(), authority.newDigest())
    authority.engine.setProxyKeys([key])
    let outcome = authority.run(.importTokens([token(.client, key), token(.client, other)]))
    #expect(codes(outcome) == [.invalidArgument, .ok])
    guard case .imported(let outcomes) = outcome, case .failure(let refusal) = outcomes[0] else {
      return
    }
    #expect(refusal.field == "value")
    #expect(authority.verdict(key, Question(kinds: .all)) == .allowed, "it is what it was")
  }
}
