import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct UserTests {
  @Test func `a token whose owner is not there or disabled is OWNER_INACTIVE`() {
    var authority = Authority()
    authority.put(.bob, [Grant(.allProjects, scopes: .all)])
    var token = authority.issue(.personal) {
      $0.owner = .bob
      $0.expiry = .after(.seconds(60))
    }
    let old = token.credentials.current
    token.credentials = Credentials(
      current: authority.newDigest(), previous: .init(digest: old, validUntil: .latest))
    authority.apply(.putToken(token, idempotency: nil))
    let caller = authority.authenticate(token)
    #expect(authority.rights(caller)?.user == .bob)
    authority.put(.bob, [Grant(.allProjects, scopes: .all)]) { $0.isDisabled = true }
    #expect(authority.verdict(token, .alpha, .read) == .ownerInactive)
    #expect(authority.verdict(old) == .ownerInactive)
    let wrongKind = authority.verdict(token.credentials.current, Question(kinds: KindSet(.client)))
    #expect(wrongKind == .ownerInactive, "before WRONG_KIND")
    #expect(authority.rights(caller) == nil)
    let reader = authority.engine.makeReader()
    reader.enter()
    guard
      case .failure(let refusal) = reader.authenticate(
        token.credentials.current, now: authority.now)
    else {
      Issue.record("a disabled user's token authenticates")
      return
    }
    #expect(refusal.code == .unauthenticated && refusal.message.contains("disabled"))
    let late = authority.now
    authority.now = authority.now + .seconds(60)
    #expect(authority.verdict(token) == .expired, "before OWNER_INACTIVE")
    authority.now = late
    authority.put(.bob, [Grant(.allProjects, scopes: .all)])
    #expect(authority.verdict(token, .alpha, .read) == .allowed)
    #expect(authority.rights(caller)?.user == .bob)
  }

  @Test func `a user who is removed and created anew has none of their tokens`() {
    var authority = Authority()
    authority.put(.bob, [Grant(.allProjects, scopes: .all)]) { $0.password = .sample(1) }
    let token = authority.issue(.personal) { $0.owner = .bob }
    let session = authority.engine.signIn(.bob)?.session
    authority.apply(.removeUser(.bob, .sample))
    #expect(authority.verdict(token) == .revoked)
    #expect(authority.engine.user(.bob) == nil)
    #expect(authority.engine.tokenCount(of: .bob) == 0)
    authority.put(.bob, [Grant(.allProjects, scopes: .all)]) { $0.password = .sample(1) }
    #expect(authority.verdict(token) == .revoked)
    if let session {
      #expect(authority.rights(.user(session)) == nil, "who signed in was somebody else")
    }
    let next = authority.issue(.personal) { $0.owner = .bob }
    #expect(authority.verdict(next, .beta, .write) == .allowed)
    #expect(authority.engine.tokenCount(of: .bob) == 1)
  }

  @Test func `a PERSONAL token opens what its owner holds, place by place`() {
    var authority = Authority()
    authority.put(
      .bob,
      [
        Grant(.project(.alpha), scopes: .some(sets: ["Readers"], methods: [])),
        Grant(.project(.beta)), Grant(.global, scopes: .some(sets: [], methods: [.send])),
      ])
    let token = authority.issue(.personal) { $0.owner = .bob }
    let cases: [(ProjectID?, MethodName?, Verdict)] = [
      (nil, nil, .allowed), (.alpha, nil, .allowed), (.beta, nil, .allowed),
      (.gamma, nil, .wrongProject), (.alpha, .read, .allowed), (.alpha, .write, .missingScope),
      (.beta, .read, .missingScope), (.gamma, .read, .wrongProject), (nil, .read, .allowed),
      (nil, .send, .allowed), (.alpha, .send, .missingScope), (nil, .write, .missingScope),
    ]
    for (project, method, expected) in cases {
      let verdict = authority.verdict(token, project, method)
      #expect(verdict == expected, "\(project?.text ?? "") \(method?.text ?? "")")
    }
    #expect(authority.verdict(token, .alpha, .read, in: .production) == .allowed)
    #expect(authority.verdict(token, .alpha, .read, in: "nowhere") == .wrongEnvironment)
    // Grants for all projects are for each of them beside its own.
    authority.put(
      .bob,
      [
        Grant(.project(.alpha), scopes: .some(sets: [], methods: [.read])),
        Grant(.allProjects, scopes: .some(sets: [], methods: [.write])),
      ])
    #expect(authority.verdict(token, .alpha, .read) == .allowed)
    #expect(authority.verdict(token, .alpha, .write) == .allowed)
    #expect(authority.verdict(token, .gamma, .write) == .allowed)
    #expect(authority.verdict(token, .gamma, .read) == .missingScope)
    #expect(authority.verdict(token, "nowhere") == .wrongProject)
  }

  @Test func `a token's own scopes narrow what its owner holds, and widen nothing`() {
    var authority = Authority()
    authority.put(.bob, [Grant(.allProjects, scopes: .some(sets: [], methods: [.read]))])
    let narrow = authority.issue(.personal) {
      $0.owner = .bob
      $0.scopes = .some(sets: [], methods: [.write])
    }
    let all = authority.issue(.personal) {
      $0.owner = .bob
      $0.scopes = .all
    }
    #expect(authority.verdict(narrow, .alpha, .read) == .missingScope)
    #expect(authority.verdict(narrow, .alpha, .write) == .missingScope)
    #expect(authority.verdict(all, .alpha, .read) == .allowed)
    #expect(authority.verdict(all, .alpha, .write) == .missingScope)
  }

  @Test func `roles are followed as they change, and a user keeps none that is removed`() {
    var authority = Authority()
    let scopes = ScopeSelection.some(sets: ["Readers"], methods: [])
    authority.put(.role(.init("R", grants: [Grant(.project(.alpha), scopes: scopes)])))
    authority.put(.bob, [], roles: ["R"])
    let token = authority.issue(.personal) { $0.owner = .bob }
    #expect(authority.verdict(token, .alpha, .read) == .allowed)
    authority.put(.scopeSet(.init("Readers", methods: [.write], version: 2)))
    #expect(authority.verdict(token, .alpha, .read) == .missingScope)
    #expect(authority.verdict(token, .alpha, .write) == .allowed)
    authority.put(
      .role(
        .init(
          "R", grants: [Grant(.project(.beta), scopes: scopes, createsTokens: true)], version: 2)
      ))
    #expect(authority.verdict(token, .alpha) == .wrongProject)
    #expect(authority.verdict(token, .beta, .write) == .allowed)
    authority.remove(.role("R"))
    #expect(authority.engine.user(.bob)?.roles == [])
    #expect(authority.verdict(token, .beta) == .wrongProject)
    authority.put(.role(.init("R", grants: [Grant(.allProjects, scopes: .all)])))
    #expect(authority.verdict(token, .beta) == .wrongProject)
  }

  @Test func `members read a project's tokens unless a grant there hides them`() {
    var authority = Authority()
    let (alpha, beta) = (authority.number(ProjectID.alpha), authority.number(ProjectID.beta))
    var holder = authority.holder([
      Grant(.project(.alpha)), Grant(.project(.beta), hidesTokens: true),
    ])
    #expect(holder?.readsTokens(in: alpha) == true && holder?.readsTokens(in: beta) == false)
    #expect(holder?.readsTokensSomewhere == true)
    #expect(holder?.createsTokens(in: alpha) == false)
    holder = authority.holder([Grant(.project(.alpha)), Grant(.project(.alpha), hidesTokens: true)])
    #expect(holder?.readsTokens(in: alpha) == false && holder?.readsTokensSomewhere == false)
    holder = authority.holder([Grant(.allProjects, hidesTokens: true), Grant(.project(.alpha))])
    #expect(holder?.readsTokens(in: alpha) == false)
    holder = authority.holder([Grant(.allProjects), Grant(.project(.alpha), createsTokens: true)])
    #expect(holder?.readsTokens(in: beta) == true)
    #expect(holder?.createsTokens(in: alpha) == true && holder?.createsTokens(in: beta) == false)
    #expect(holder?.createsTokens(in: .none) == false)
    holder = authority.holder([Grant(.allProjects, createsTokens: true)])
    #expect(holder?.createsTokens(in: .none) == true && holder?.createsTokens(in: beta) == true)
    holder = authority.holder([Grant(.global, permissions: [.usersRead, .tokensIssue])])
    #expect(holder?.permissions.contains(Permission.usersRead) == true)
    #expect(holder?.permissions.contains(Permission.tokensIssue) == false)
    #expect(holder?.readsTokens(in: alpha) == false && holder?.readsTokensSomewhere == false)
  }

  @Test func `users are listed in order of their ids`() {
    var authority = Authority()
    for id: UserID in ["mallory", "bob", "zoe", "carol"] { authority.put(id) }
    authority.apply(.removeUser("mallory", .sample), .removeUser("nobody", .sample))
    #expect(
      authority.engine.users(after: nil, limit: 10).map(\.id.text) == [
        "ada", "bob", "carol", "zoe",
      ])
    #expect(authority.engine.users(after: "b", limit: 2).map(\.id.text) == ["bob", "carol"])
    #expect(authority.engine.users(after: "zoe", limit: 2).isEmpty)
  }
}
