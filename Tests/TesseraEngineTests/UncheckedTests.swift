import TesseraModel
import Testing

@testable import TesseraEngine

/// Values without a checksum, and proxy client keys: while there are any, more must be looked up.
@Suite struct UncheckedTests {
  private func looksUpUnchecked(_ authority: borrowing Authority) -> Bool {
    let reader = authority.engine.makeReader()
    reader.enter()
    return reader.looksUpUnchecked
  }

  private func importUnchecked(_ authority: inout Authority) -> TokenRecord? {
    let token = ImportedToken(
      kind: .admin, digest: authority.newDigest(), isUnchecked: true, entropy: 7)
    guard case .imported(let outcomes) = authority.run(.importTokens([token])),
      case .success(let id) = outcomes.first
    else { return nil }
    return authority.engine.token(id)
  }

  @Test func `values without a checksum are looked up as long as there is one`() {
    var authority = Authority()
    _ = authority.issue(.client)
    let before = looksUpUnchecked(authority)
    #expect(!before)
    guard let record = importUnchecked(&authority) else {
      Issue.record("not imported")
      return
    }
    #expect(record.credentials.isUnchecked)
    let during = looksUpUnchecked(authority)
    #expect(during)
    authority.engine.remove(record.id)
    authority.engine.checkInvariants()
    let after = looksUpUnchecked(authority)
    #expect(!after)
  }

  @Test func `the value that a regeneration makes has a checksum`() {
    var authority = Authority()
    guard let record = importUnchecked(&authority) else { return }
    let first = authority.regenerate(record.id) { $0.overlap = .seconds(60) }
    #expect(first.record?.credentials.isUnchecked == false)
    #expect(first.record?.credentials.previous?.isUnchecked == true)
    let held = authority.engine.token(record.id)
    #expect(held == first.record)
    let during = looksUpUnchecked(authority)
    #expect(during, "the value before still passes")
    _ = authority.regenerate(record.id)
    let after = looksUpUnchecked(authority)
    #expect(!after)
  }

  @Test func `the flag says nothing of whether a token opens anything`() {
    var authority = Authority()
    guard let record = importUnchecked(&authority) else { return }
    _ = authority.authenticate(record)
    let verdict = authority.verdict(record.credentials.current)
    #expect(verdict == .allowed)
    _ = authority.update(record.id) { $0.name = "other" }
    let held = authority.engine.token(record.id)
    #expect(held?.credentials.isUnchecked == true)
  }

  private static let key = Digest.sample(9_000_001)
  private static let question = Question(kinds: KindSet(.proxyKey))

  @Test func `a proxy client key passes only where one is asked for`() {
    var authority = Authority()
    _ = authority.issue(.client)
    let unknown = authority.verdict(UncheckedTests.key, UncheckedTests.question)
    #expect(unknown == .notFound)
    authority.engine.setProxyKeys([UncheckedTests.key, .sample(9_000_002)])
    let looked = looksUpUnchecked(authority)
    #expect(looked)
    let reader = authority.engine.makeReader()
    reader.enter()
    let answer = reader.validate(
      UncheckedTests.key, UncheckedTests.question, for: .unlimited, now: authority.now)
    #expect(answer.verdict == .allowed)
    #expect(answer.kind == .proxyKey)
    let (isOfToken, details) = (answer.isOfToken, reader.details(answer, for: .unlimited))
    #expect(!isOfToken && details == nil)
    let secret = authority.verdict(UncheckedTests.key)
    #expect(secret == .wrongKind)
    guard case .failure(let refusal) = reader.authenticate(UncheckedTests.key, now: authority.now)
    else {
      Issue.record("a proxy client key authenticates nobody")
      return
    }
    #expect(refusal.code == .unauthenticated)
  }

  @Test func `where a proxy client key is used is not counted`() {
    let authority = Authority()
    authority.engine.setProxyKeys([UncheckedTests.key])
    let reader = authority.engine.makeReader()
    var uses = PendingUses()
    reader.enter()
    let answer = reader.validate(
      UncheckedTests.key, UncheckedTests.question, for: .unlimited, now: authority.now)
    reader.note(answer, at: authority.now, in: &uses)
    let isEmpty = uses.isEmpty
    #expect(isEmpty)
  }

  @Test func `a key opens every project and environment that exists`() {
    let authority = Authority()
    authority.engine.setProxyKeys([UncheckedTests.key])
    func verdict(_ change: (inout Question) -> Void) -> Verdict {
      var question = UncheckedTests.question
      change(&question)
      return authority.verdict(UncheckedTests.key, question)
    }
    let verdicts = [
      verdict { $0.project = .unknown }, verdict { $0.environment = .unknown },
      verdict { $0.method = .unknown },
      verdict {
        $0.project = authority.number(.alpha)
        $0.environment = authority.number(.production)
      },
    ]
    #expect(verdicts == [.wrongProject, .wrongEnvironment, .missingScope, .allowed])
  }

  @Test func `a limited caller needs a grant for the kind that limits no places`() {
    var authority = Authority()
    authority.engine.setProxyKeys([UncheckedTests.key])
    let kinds = KindSet(.proxyKey)
    let grants = [
      PermissionGrant(.tokensValidate, kinds: kinds),
      PermissionGrant(.tokensValidate, kinds: KindSet(.client)),
      PermissionGrant(.tokensValidate, kinds: kinds, projects: [.alpha]),
      PermissionGrant(.tokensValidate, kinds: kinds, environments: [.production]),
    ]
    let verdicts = grants.map { grant in
      let caller = authority.service([grant])
      return authority.verdict(UncheckedTests.key, UncheckedTests.question, for: caller)
    }
    #expect(verdicts == [.allowed, .notFound, .notFound, .notFound])
  }

  @Test func `keys that are not listed any more stop, and their memory is given back`() {
    let authority = Authority()
    authority.engine.setProxyKeys([UncheckedTests.key])
    let reader = authority.engine.makeReader()
    reader.enter()
    authority.engine.setProxyKeys([])
    #expect(authority.engine.places.waiting == 1, "a reader may be looking")
    reader.leave()
    authority.engine.reclaim()
    #expect(authority.engine.places.waiting == 0)
    let verdict = authority.verdict(UncheckedTests.key, UncheckedTests.question)
    #expect(verdict == .notFound)
    let looked = looksUpUnchecked(authority)
    #expect(!looked)
  }
}
