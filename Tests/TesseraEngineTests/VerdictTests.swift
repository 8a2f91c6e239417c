import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct VerdictTests {
  /// Every combination of what can be wrong: the verdict is the first in the README's order.
  @Test(arguments: [TokenKind.client, .frontend]) func `the first of several faults is the verdict`(
    kind: TokenKind
  ) {
    for faults in 0..<64 {
      func has(_ fault: Int) -> Bool { faults & 1 << fault != 0 }
      var authority = Authority()
      let record = authority.issue(kind) { $0.expiry = .after(.seconds(60)) }
      if has(0) { _ = authority.revoke([record.id]) }
      if has(1) { authority.now = authority.now + .seconds(60) }
      let question = Question(
        kinds: has(2) ? KindSet.all.subtracting(KindSet(kind)) : .all,
        project: authority.number(has(3) ? ProjectID.beta : .alpha),
        environment: authority.number(has(4) ? EnvironmentID.production : .development),
        method: authority.number(
          has(5) ? MethodName.write : kind == .client ? .read : MethodName("metrics.send")))
      let order: [Verdict] = [
        .revoked, .expired, .wrongKind, .wrongProject, .wrongEnvironment, .missingScope,
      ]
      let expected = (0..<6).first(where: has).map { order[$0] } ?? .allowed
      let verdict = authority.verdict(record.credentials.current, question)
      #expect(verdict == expected, "faults \(String(faults, radix: 2))")
      let stranger = authority.verdict(.sample(99), question)
      #expect(stranger == .notFound)
    }
  }

  @Test func `names that do not exist are wrong for every kind`() {
    var authority = Authority()
    for kind in [TokenKind.admin, .personal, .client, .frontend, .service] {
      let digest = authority.issue(kind) {
        if kind.isBoundToEnvironment { $0.projects = .all }
      }.credentials.current
      let verdicts = [
        authority.verdict(digest, Question(kinds: .all, project: .unknown)),
        authority.verdict(digest, Question(kinds: .all, environment: .unknown)),
        authority.verdict(digest, Question(kinds: .all, method: .unknown)),
      ]
      #expect(verdicts == [.wrongProject, .wrongEnvironment, .missingScope], "\(kind)")
    }
  }

  @Test func `absent kinds are the secret ones`() {
    var authority = Authority()
    let frontend = authority.issue(.frontend).credentials.current
    let client = authority.issue(.client).credentials.current
    let verdicts = [
      authority.verdict(frontend), authority.verdict(client),
      authority.verdict(frontend, Question(kinds: KindSet(.frontend))),
      authority.verdict(client, Question(kinds: KindSet(.frontend))),
    ]
    #expect(verdicts == [.wrongKind, .allowed, .allowed, .wrongKind])
  }

  @Test func `a token is valid until the moment it expires, and not at it`() {
    var authority = Authority()
    let record = authority.issue(.admin) { $0.expiry = .after(.microseconds(2)) }
    var verdicts: [Verdict] = []
    for _ in 0..<3 {
      verdicts.append(authority.verdict(record.credentials.current))
      authority.now = authority.now + .microseconds(1)
    }
    #expect(verdicts == [.allowed, .allowed, .expired])
  }

  @Test func `projects are one, a list or all, and scopes are sets and methods`() {
    var authority = Authority()
    let list = authority.issue(.client) {
      $0.projects = .list([.gamma, .alpha, .gamma])
      $0.scopes = .some(sets: [ScopeSetName("Readers")], methods: [.write])
    }
    #expect(list.projects == .list([.alpha, .gamma]))
    let digest = list.credentials.current
    let projects = [ProjectID.alpha, .beta, .gamma].map {
      authority.verdict(digest, Question(project: authority.number($0)))
    }
    #expect(projects == [.allowed, .wrongProject, .allowed])
    let methods = [MethodName.read, .write, MethodName("metrics.send")].map {
      authority.verdict(digest, Question(method: authority.number($0)))
    }
    #expect(methods == [.allowed, .allowed, .missingScope])
    let nothing = authority.issue(.client) {
      $0.scopes = .some(sets: [ScopeSetName("Nobody")], methods: [])
    }.credentials.current
    let verdict = authority.verdict(nothing, Question(method: authority.number(.read)))
    #expect(verdict == .missingScope)
  }

  @Test func `outside a caller's limits every value is not found`() {
    var authority = Authority()
    let alpha = authority.issue(.client).credentials.current
    let beta = authority.issue(.client) { $0.projects = .one(.beta) }.credentials.current
    let both = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }
      .credentials.current
    let everywhere = authority.issue(.client) { $0.projects = .all }.credentials.current
    let production = authority.issue(.client) { $0.environment = .production }.credentials.current
    let admin = authority.issue(.admin).credentials.current
    let gone = authority.issue(.client) { $0.projects = .one(.beta) }
    _ = authority.revoke([gone.id])
    let caller = authority.service([
      PermissionGrant(
        .tokensValidate, kinds: KindSet(.client), projects: [.alpha],
        environments: [.development])
    ])
    let values = [alpha, both, everywhere, beta, production, admin, gone.credentials.current]
    let verdicts = values.map { authority.verdict($0, for: caller) }
    #expect(
      verdicts == [.allowed, .allowed, .allowed, .notFound, .notFound, .notFound, .notFound])
    let asksBeyond = [
      authority.verdict(both, Question(project: authority.number(.beta)), for: caller),
      authority.verdict(both, Question(project: .unknown), for: caller),
      authority.verdict(
        alpha, Question(environment: authority.number(.production)), for: caller),
    ]
    #expect(asksBeyond == [.notFound, .notFound, .notFound])
    let powerless = authority.service([PermissionGrant(.tokensRead)])
    let verdict = authority.verdict(alpha, for: powerless)
    #expect(verdict == .notFound)
  }

  @Test func `rights end with the token they come from, and with its value`() {
    var authority = Authority()
    let revoked = authority.issue(.admin)
    let expiring = authority.issue(.admin) { $0.expiry = .after(.seconds(10)) }
    var regenerated = authority.issue(.admin)
    let callers = [revoked, expiring, regenerated].map { authority.authenticate($0) }
    func live() -> [Bool] { callers.map { authority.rights($0) != nil } }
    #expect(live() == [true, true, true])
    _ = authority.revoke([revoked.id])
    #expect(live() == [false, true, true])
    authority.now = authority.now + .seconds(10)
    #expect(live() == [false, false, true])
    regenerated.credentials.current = authority.newDigest()
    regenerated.version += 1
    authority.apply(.putToken(regenerated, idempotency: nil))
    #expect(live() == [false, false, false])
    let reader = authority.engine.makeReader()
    reader.enter()
    let extents = callers.map { reader.validationRights(of: $0, now: authority.now).extent }
    #expect(extents == [.ended, .ended, .ended])
  }

  @Test func `a credential's place that is another token's gives no rights`() {
    var authority = Authority()
    let first = authority.issue(.admin)
    let caller = authority.authenticate(first)
    guard case .token(_, _, let place, _) = caller else { return }
    authority.engine.remove(first.id)
    let second = authority.issue(.admin)
    guard case .token(_, _, let reused, _) = authority.authenticate(second) else { return }
    #expect(place == reused, "the place was used again, or this test shows nothing")
    #expect(authority.rights(caller) == nil)
  }

  @Test func `who showed a value has nothing of another token that gets it later`() {
    var authority = Authority()
    let first = authority.issue(.admin)
    let caller = authority.authenticate(first)
    guard case .token(_, _, let place, _) = caller else { return }
    authority.engine.remove(first.id)
    let second = authority.issue(.admin) { $0.digest = first.credentials.current }
    guard case .token(_, _, let reused, _) = authority.authenticate(second) else { return }
    #expect(place == reused, "the place was used again, or this test shows nothing")
    #expect(authority.rights(caller) == nil)
  }

  @Test func `certificates have what they are mapped to`() {
    let authority = Authority()
    let everything = Caller.certificate(
      name: "ops", access: CertificateAccess(permissions: nil, in: authority.engine))
    let reading = Caller.certificate(
      name: "reader",
      access: CertificateAccess(
        permissions: [PermissionGrant(.tokensRead)], in: authority.engine))
    let rights = (authority.rights(everything), authority.rights(reading))
    #expect(rights.0?.isAdmin == true && rights.0?.has(.serverOperate) == true)
    #expect(rights.1?.isAdmin == false && rights.1?.has(.tokensRead) == true)
    #expect(rights.1?.has(.tokensIssue) == false)
  }
}
