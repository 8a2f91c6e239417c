import Testing
import TesseraModel
import TesseraServer
import TesseraWire

/// What callers may do is asked on every call.
@Suite struct RightsTests {
  /// The code that each call of this connection is refused with; nil where it is not.
  private func refusals(_ client: TestClient, _ token: TestClient.Issued) throws -> [StatusCode?] {
    func code(_ request: some RequestMessage) throws -> StatusCode? {
      do {
        _ = try client.call(request)
        return nil
      } catch let refusal as Refusal {
        return refusal.code
      }
    }
    return [
      try code(ValidateRequest(token: token.value)),
      try code(ValidateBatchRequest([ValidateRequest(token: token.value)])),
      try code(TestClient.request(.client)), try code(RevokeRequest(.ids([token.id]))),
      try code(RevokeRequest(.value(token.value))), try code(ListRequest()),
      try code(GetRequest(token.id)), try code(WhoAmIRequest()),
    ]
  }

  @Test func `a caller whose token was revoked is refused from the next call on`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let token = try admin.issue(.admin)
    let bystander = try admin.issue(.client)
    let client = try authority.connect(as: token.value)
    #expect(try client.verdict(bystander.value) == .allowed)
    try admin.revoke([token.id])
    #expect(
      try refusals(client, bystander) == [StatusCode?](repeating: .unauthenticated, count: 8))
    #expect(try client.call(HealthRequest()).status == .serving)
    #expect(try admin.verdict(bystander.value) == .allowed)
    let fresh = try authority.connect()
    #expect(
      try fresh.refusal(of: AuthenticateRequest(token: token.value)).code == .unauthenticated)
  }

  @Test func `a caller whose token expires is refused from then on`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let bystander = try admin.issue(.client)
    let token = try admin.issue(.admin) { $0.expiry = .after(.milliseconds(400)) }
    let client = try authority.connect()
    do {
      _ = try client.call(AuthenticateRequest(token: token.value))
    } catch let refusal as Refusal {
      // The machine was slow.
      #expect(refusal.message.contains("expired"))
      return
    }
    try eventually("the token expires") { try admin.verdict(token.value) == .expired }
    #expect(
      try refusals(client, bystander) == [StatusCode?](repeating: .unauthenticated, count: 8))
  }

  @Test func `a token revoked in the same burst stops what follows it`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let token = try admin.issue(.admin)
    let client = try authority.connect(as: token.value)
    let revoke = try client.start(RevokeRequest(.ids([token.id])))
    let issue = try client.start(TestClient.request(.client))
    _ = try client.finish(revoke, RevokeRequest.self)
    #expect(try client.answer(to: issue).0.status == .unauthenticated)
  }

  @Test func `only ADMIN callers issue ADMIN and SERVICE tokens`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let service = try authority.connect(
      as: admin.issue(.service) { $0.permissions = [PermissionGrant(.tokensIssue)] }.value)
    for kind in [TokenKind.admin, .service] {
      let refusal = try service.refusal(of: TestClient.request(kind))
      #expect(refusal.code == .permissionDenied)
      #expect(refusal.field == "kind")
    }
    #expect(try service.issue(.client).revision > .zero)
    #expect(try service.refusal(of: ValidateRequest(token: Secret("x"))).code == .permissionDenied)
  }

  @Test func `a SERVICE caller stays within its kinds, projects and environments`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let production = EnvironmentID(unchecked: "production")
    let development = EnvironmentID(unchecked: "development")
    let inside = try admin.issue(.client)
    let elsewhere = try admin.issue(.client) { $0.environment = development }
    let frontend = try admin.issue(.frontend)
    let everywhere = try admin.issue(.client) { $0.projects = .all }
    let limits = Permission.allCases.filter {
      [.tokensIssue, .tokensValidate, .tokensRevoke, .tokensRead].contains($0)
    }.map {
      PermissionGrant(
        $0, kinds: KindSet(.client), projects: [ProjectID(unchecked: "default")],
        environments: [production])
    }
    let service = try authority.connect(
      as: admin.issue(.service) { $0.permissions = limits }.value)

    #expect(try service.verdict(inside.value) == .allowed)
    #expect(try service.verdict(elsewhere.value) == .notFound)
    #expect(try service.verdict(frontend.value) { $0.kinds = .all } == .notFound)
    #expect(try service.verdict(authority.rootToken) == .notFound)
    let listed = try service.call(ListRequest()).tokens.compactMap(\.id)
    #expect(listed.contains(inside.id))
    #expect(!listed.contains(elsewhere.id) && !listed.contains(frontend.id))
    #expect(try service.refusal(of: GetRequest(elsewhere.id)).code == .notFound)
    #expect(
      try service.revoke([elsewhere.id, frontend.id]).outcomes.map(\.result)
        == [.notFound, .notFound])
    let refused = [
      TestClient.request(.frontend),
      TestClient.request(.client) { $0.environment = development },
      TestClient.request(.client) { $0.projects = .all },
      TestClient.request(.personal),
    ]
    for request in refused {
      #expect(try service.refusal(of: request).code == .permissionDenied)
    }
    #expect(try service.issue(.client).revision > .zero)
    #expect(try service.revoke([inside.id]).outcomes.map(\.result) == [.revoked])
    #expect(try admin.verdict(elsewhere.value) == .allowed)
    #expect(try admin.verdict(everywhere.value) == .allowed)
  }

  @Test func `FRONTEND values authenticate nobody, and CLIENT values open no method`() throws {
    let authority = try TestAuthority()
    let admin = try authority.admin()
    let frontend = try admin.issue(.frontend)
    let anonymous = try authority.connect()
    let refusal = try anonymous.refusal(of: AuthenticateRequest(token: frontend.value))
    #expect(refusal.code == .unauthenticated)
    #expect(try anonymous.refusal(of: WhoAmIRequest()).code == .unauthenticated)

    let token = try admin.issue(.client)
    let client = try authority.connect(as: token.value)
    let other = try admin.issue(.client)
    #expect(
      try refusals(client, other) == [
        .permissionDenied, .permissionDenied, .permissionDenied, .permissionDenied,
        // Who holds a secret value may revoke it; a list shows one's own token.
        nil, nil, .notFound, nil,
      ])
    #expect(try client.call(ListRequest()).tokens.map(\.id) == [token.id])
    #expect(
      try client.call(RevokeRequest(.value(frontend.value))).outcomes.map(\.result) == [.notFound])
    #expect(try admin.verdict(frontend.value) { $0.kinds = .all } == .allowed)
    #expect(try client.revoke([token.id]).outcomes.map(\.result) == [.revoked])
    #expect(try client.refusal(of: WhoAmIRequest()).code == .unauthenticated)
  }
}
