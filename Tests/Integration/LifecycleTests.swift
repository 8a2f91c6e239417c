import Testing
import TesseraModel
import TesseraWire

/// Copy, Update and Regenerate through real TLS.
@Suite struct LifecycleTests {
  private let project = ProjectID(unchecked: "default")
  private let development = EnvironmentID(unchecked: "development")

  private func update(
    _ client: TestClient, _ id: TokenID, _ change: (inout UpdateRequest) -> Void
  ) throws -> UpdateResponse {
    var request = UpdateRequest(id)
    change(&request)
    return try client.call(request)
  }

  private func updateRefusal(
    _ client: TestClient, _ id: TokenID, _ change: (inout UpdateRequest) -> Void
  ) throws -> Refusal {
    var request = UpdateRequest(id)
    change(&request)
    return try client.refusal(of: request)
  }

  @Test func `an update changes what it names, and Get shows it`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client, name: "old") {
      $0.description = "kept"
      $0.projects = .list([project])
    }
    let answer = try update(client, token.id) {
      $0.name = "new"
      $0.projects = [project]
      $0.scopes = .some(sets: [], methods: [MethodName(unchecked: "metrics.send")])
      $0.expiry = .after(.seconds(3600))
      $0.ifVersion = 1
    }
    let shown = try #require(answer.token)
    #expect(shown.name == "new" && shown.description == "kept" && shown.version == 2)
    #expect(shown.expiresAt != nil && shown.state == .active && answer.warnings.isEmpty)
    #expect(answer.revision == token.revision.next)
    #expect(try client.call(GetRequest(token.id)).token == shown)
    let read = MethodName(unchecked: "features.read")
    #expect(try client.verdict(token.value) { $0.method = read } == .missingScope)
    #expect(try client.verdict(token.value) { $0.project = project } == .allowed)

    let emptied = try update(client, token.id) {
      $0.description = ""
      $0.expiry = .never
    }
    #expect(emptied.token?.description == "" && emptied.token?.name == "new")
    #expect(emptied.token?.expiresAt == nil && emptied.warnings.count == 1)
  }

  @Test func `an update on old knowledge is ABORTED with the version that is`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client)
    _ = try update(client, token.id) { $0.name = "theirs" }
    let refusal = try updateRefusal(client, token.id) {
      $0.name = "mine"
      $0.ifVersion = 1
    }
    #expect(refusal.code == .aborted && refusal.field == "if_version")
    #expect(refusal.message.contains("version 2"))
    let repeated = try update(client, token.id) {
      $0.name = "theirs"
      $0.ifVersion = 1
    }
    #expect(repeated.token?.version == 2, "it is as asked already")
    #expect(
      try update(client, token.id) {
        $0.name = "mine"
        $0.ifVersion = 2
      }.token?.version == 3)
  }

  @Test func `an update that names no token, changes nothing or cannot be is refused`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client)
    let unnamed = try client.refusal(of: UpdateRequest())
    #expect(unnamed.code == .invalidArgument && unnamed.field == "id")
    #expect(try updateRefusal(client, token.id) { _ in }.code == .invalidArgument)
    let one = try updateRefusal(client, token.id) { $0.projects = [project] }
    #expect(one.code == .invalidArgument && one.field == "projects")
    let nobody = try updateRefusal(client, TokenID(high: 1, low: 1)) { $0.name = "x" }
    #expect(nobody.code == .notFound)
    try client.revoke([token.id])
    let revoked = try updateRefusal(client, token.id) { $0.name = "x" }
    #expect(revoked.code == .failedPrecondition)
    #expect(try client.call(GetRequest(token.id)).token?.name == "test")
  }

  @Test(arguments: [TokenKind.admin, .personal, .client, .frontend, .service])
  func `a new value has the form of the old one, which stops at once`(_ kind: TokenKind) throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    try client.create("ada")
    let token = try client.issue(kind)
    let answer = try client.call(RegenerateRequest(token.id))
    let value = try #require(answer.value)
    #expect(value != token.value)
    let digits = TokenValue.hashCharacters
    #expect(value.text.dropLast(digits) == token.value.text.dropLast(digits))
    #expect(answer.token?.id == token.id && answer.token?.version == 2)
    #expect(answer.revision == token.revision.next)
    #expect(try client.verdict(token.value) { $0.kinds = .all } == .notFound)
    #expect(try client.verdict(value) { $0.kinds = .all } == .allowed)
  }

  @Test func `of a list, the new value shows the list as the old one did`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client) { $0.projects = .list([project]) }
    let value = try #require(try client.call(RegenerateRequest(token.id)).value)
    #expect(value.text.hasPrefix("[]:production."))
  }

  @Test func `with an overlap both values pass, and one revocation stops both`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let first = try client.issue(.client)
    let renewed = try client.call(RegenerateRequest(first.id, overlap: .seconds(3600)))
    let second = try #require(renewed.value)
    #expect(renewed.token?.previousValidUntil != nil)
    #expect(try client.call(GetRequest(first.id)).token == renewed.token)
    #expect(try client.verdict(first.value) == .allowed)
    #expect(try client.verdict(second) == .allowed)
    // During the overlap, the older value stops at once.
    let again = try client.call(RegenerateRequest(first.id, overlap: .seconds(60)))
    let third = try #require(again.value)
    #expect(try client.verdict(first.value) == .notFound)
    #expect(try client.verdict(second) == .allowed)
    try client.revoke([first.id])
    #expect(try client.verdict(second) == .revoked)
    #expect(try client.verdict(third) == .revoked)
    #expect(try client.refusal(of: RegenerateRequest(first.id)).code == .failedPrecondition)
    let long = try client.issue(.client)
    let refusal = try client.refusal(
      of: RegenerateRequest(long.id, overlap: Limits.overlap + .seconds(1)))
    #expect(refusal.code == .invalidArgument && refusal.field == "overlap")
  }

  @Test func `an expired token is renewed by a new value and a new expiry alone`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client) { $0.expiry = .after(.milliseconds(200)) }
    try eventually("the token expires") { try client.verdict(token.value) == .expired }
    let updated = try updateRefusal(client, token.id) { $0.expiry = .never }
    #expect(updated.code == .failedPrecondition && updated.message.contains("regenerate"))
    let unsaid = try client.refusal(of: RegenerateRequest(token.id))
    #expect(unsaid.code == .failedPrecondition && unsaid.field == "expires_at")
    let overlapping = try client.refusal(
      of: RegenerateRequest(token.id, overlap: .seconds(5), expiry: .never))
    #expect(overlapping.code == .failedPrecondition && overlapping.field == "overlap")
    let renewed = try client.call(RegenerateRequest(token.id, expiry: .after(.seconds(3600))))
    #expect(renewed.token?.state == .active)
    #expect(try client.verdict(#require(renewed.value)) == .allowed)
    #expect(try client.verdict(token.value) == .notFound)
  }

  @Test func `a caller that gives itself a new value is not known by the old one`() throws {
    let authority = try TestAuthority()
    let token = try authority.admin().issue(.admin)
    let client = try authority.connect(as: token.value)
    let value = try #require(try client.call(RegenerateRequest(token.id)).value)
    #expect(try client.refusal(of: WhoAmIRequest()).code == .unauthenticated)
    #expect(try authority.connect(as: value).call(WhoAmIRequest()).caller?.kind == .admin)
  }

  @Test func `a copy takes what is left out, and its value is its own`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let source = try client.issue(.client, name: "reader") {
      $0.description = "reads"
      $0.scopes = .all
      $0.expiry = .after(.seconds(3600))
    }
    var request = IssueRequest()
    request.copyOf = source.id
    let copy = try client.call(request)
    let original = try #require(try client.call(GetRequest(source.id)).token)
    var expected = original
    expected.id = copy.token?.id
    expected.createdAt = copy.token?.createdAt
    #expect(copy.token == expected && copy.token?.id != source.id)
    let value = try #require(copy.value)
    #expect(value.text.hasPrefix("default:production."))
    #expect(try client.verdict(value) { $0.project = project } == .allowed)

    request.kind = .frontend
    request.environment = development
    request.name = "browser"
    let other = try client.call(request)
    #expect(other.token?.kind == .frontend && other.token?.name == "browser")
    #expect(other.value?.text.hasPrefix("default:development.") == true)
    #expect(other.token?.description == "reads" && other.token?.scopes == .all)

    request.copyOf = TokenID(high: 1, low: 1)
    let refusal = try client.refusal(of: request)
    #expect(refusal.code == .notFound && refusal.field == "copy_of")
  }

  @Test func `a copy with a key is made once, and the key is for that request alone`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let source = try client.issue(.client)
    var request = IssueRequest()
    request.copyOf = source.id
    request.idempotencyKey = "k"
    let first = try client.call(request)
    let second = try client.call(request)
    #expect(second.replayed && second.value == nil && second.token?.id == first.token?.id)
    request.copyOf = first.token?.id
    #expect(try client.refusal(of: request).field == "idempotency_key")
  }

  @Test func `limited callers change what they might issue, and learn of nothing else`() throws {
    let authority = try TestAuthority { $0.confirmChanges = false }
    let admin = try authority.admin()
    try admin.create("ada")
    let inside = try admin.issue(.client) { $0.environment = development }
    let outside = try admin.issue(.client)
    let frontend = try admin.issue(.frontend) { $0.environment = development }
    let limits = [Permission.tokensIssue, .tokensRead].map {
      PermissionGrant($0, kinds: KindSet(.client), environments: [development])
    }
    let service = try authority.connect(
      as: admin.issue(.service) { $0.permissions = limits }.value)
    let reader = try authority.connect(
      as: admin.issue(.service) { $0.permissions = [PermissionGrant(.tokensRead)] }.value)
    let personal = try authority.connect(as: admin.issue(.personal).value)

    #expect(try update(service, inside.id) { $0.name = "x" }.token?.name == "x")
    #expect(try service.call(RegenerateRequest(inside.id)).value != nil)
    for id in [outside.id, frontend.id] {
      var copy = IssueRequest()
      copy.copyOf = id
      #expect(try updateRefusal(service, id) { $0.name = "x" }.code == .notFound)
      #expect(try service.refusal(of: RegenerateRequest(id)).code == .notFound)
      #expect(try service.refusal(of: copy).code == .notFound)
    }
    // Who sees the token learns that it is not theirs to change; who does not, that there is none.
    for (caller, code) in [(reader, StatusCode.permissionDenied), (personal, .notFound)] {
      #expect(try updateRefusal(caller, inside.id) { $0.name = "y" }.code == code)
      #expect(try caller.refusal(of: RegenerateRequest(inside.id)).code == code)
    }
    let anonymous = try authority.connect()
    #expect(try updateRefusal(anonymous, inside.id) { $0.name = "y" }.code == .unauthenticated)
    #expect(try anonymous.refusal(of: RegenerateRequest(inside.id)).code == .unauthenticated)
  }

  @Test func `what was changed is there after a restart`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client) { $0.projects = .list([project]) }
    _ = try update(client, token.id) { $0.name = "renamed" }
    let renewed = try client.call(RegenerateRequest(token.id, overlap: .seconds(3600)))
    let value = try #require(renewed.value)
    authority.stop()
    let next = try TestAuthority(after: authority)
    let again = try next.admin()
    #expect(try again.call(GetRequest(token.id)).token == renewed.token)
    #expect(try again.verdict(token.value) == .allowed)
    #expect(try again.verdict(value) == .allowed)
    #expect(try again.call(RegenerateRequest(token.id)).token?.version == 4)
    #expect(try again.verdict(token.value) == .notFound)
  }
}
