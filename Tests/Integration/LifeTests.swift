import Testing
import TesseraModel
import TesseraServer
import TesseraWire

/// The life of a token through real TLS.
@Suite struct LifeTests {
  private let production = EnvironmentID(unchecked: "production")
  private let development = EnvironmentID(unchecked: "development")
  private let project = ProjectID(unchecked: "default")

  @Test(arguments: [TokenKind.admin, .personal, .client, .frontend, .service])
  func `a token of each kind is issued, allowed, revoked, and then is not`(
    _ kind: TokenKind
  ) throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    try client.create("ada")
    let token = try client.issue(kind)
    let answer = try client.validate(token.value) { $0.kinds = KindSet(kind) }
    #expect(answer.verdict == .allowed)
    #expect(answer.id == token.id)
    #expect(answer.kind == kind)
    #expect(answer.revision == token.revision)
    let revoked = try client.revoke([token.id])
    #expect(revoked.outcomes == [RevokeOutcome(token.id, .revoked)])
    #expect(revoked.revision == token.revision.next)
    #expect(try client.verdict(token.value) { $0.kinds = KindSet(kind) } == .revoked)
    #expect(try client.revoke([token.id]).outcomes == [RevokeOutcome(token.id, .alreadyRevoked)])
  }

  @Test func `values have the form of their kind`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    try client.create("ada")
    #expect(try client.issue(.admin).value.text.hasPrefix("*:*."))
    #expect(try client.issue(.personal).value.text.hasPrefix("user:"))
    #expect(try client.issue(.service).value.text.hasPrefix("service:"))
    #expect(try client.issue(.client).value.text.hasPrefix("default:production."))
    #expect(
      try client.issue(.frontend) { $0.projects = .all }.value.text.hasPrefix("*:production."))
    let list = try client.issue(.client) { $0.projects = .list([project]) }
    #expect(list.value.text.hasPrefix("[]:production."))
    #expect(try client.call(GetRequest(list.id)).token?.projects == .list([project]))
  }

  @Test func `a validation asks for kind, project, environment and method`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client).value
    let frontend = try client.issue(.frontend).value
    #expect(try client.verdict(token) == .allowed)
    #expect(try client.verdict(token) { $0.kinds = KindSet(.frontend) } == .wrongKind)
    #expect(try client.verdict(frontend) == .wrongKind)
    #expect(try client.verdict(frontend) { $0.kinds = .all } == .allowed)
    #expect(try client.verdict(token) { $0.project = project } == .allowed)
    #expect(
      try client.verdict(token) { $0.project = ProjectID(unchecked: "other") } == .wrongProject)
    #expect(try client.verdict(token) { $0.environment = production } == .allowed)
    #expect(try client.verdict(token) { $0.environment = development } == .wrongEnvironment)
    let read = MethodName(unchecked: "features.read")
    let evaluate = MethodName(unchecked: "features.evaluate")
    #expect(try client.verdict(token) { $0.method = read } == .allowed)
    #expect(try client.verdict(token) { $0.method = evaluate } == .missingScope)
    #expect(
      try client.verdict(frontend) {
        $0.method = evaluate
        $0.kinds = .all
      } == .allowed)
    // The order: what is wrong first is what is said.
    #expect(
      try client.verdict(token) {
        $0.environment = development
        $0.method = evaluate
      } == .wrongEnvironment)
  }

  @Test func `details are told only where they are asked for`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client, name: "build server") { $0.projects = .all }
    #expect(try client.validate(token.value).details == nil)
    let details = try #require(try client.validate(token.value) { $0.details = true }.details)
    #expect(details.name == "build server")
    #expect(details.projects == .all)
    #expect(details.environment == production)
    #expect(details.owner == nil)
    #expect(details.expiresAt == nil)
    try client.create("ada")
    let personal = try client.issue(.personal)
    let owned = try #require(try client.validate(personal.value) { $0.details = true }.details)
    #expect(owned.owner?.text == "ada")
    #expect(owned.expiresAt != nil)
    try client.revoke([token.id])
    #expect(try client.validate(token.value) { $0.details = true }.details == nil)
  }

  @Test func `a revision that is not reached yet is UNAVAILABLE`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.client)
    #expect(try client.verdict(token.value) { $0.minRevision = token.revision } == .allowed)
    var request = ValidateRequest(token: token.value)
    request.minRevision = token.revision.next
    let refusal = try client.refusal(of: request)
    #expect(refusal.code == .unavailable)
    #expect(refusal.field == "min_revision")
    #expect(refusal.retryAfterMilliseconds > 0)
    #expect(try client.refusal(of: ValidateBatchRequest([request])).code == .unavailable)
  }

  @Test func `a batch is answered in its order`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let tokens = try (0..<200).map { try client.issue(.client, name: "\($0)") }
    for token in tokens where token.id.low % 3 == 0 { try client.revoke([token.id]) }
    var requests = tokens.enumerated().map { index, token in
      var request = ValidateRequest(token: token.value)
      request.details = index % 2 == 0
      return request
    }
    requests.append(ValidateRequest(token: Secret("no token")))
    let response = try client.call(ValidateBatchRequest(requests))
    #expect(response.responses.count == requests.count)
    for (index, (token, answer)) in zip(tokens, response.responses).enumerated() {
      #expect(answer.verdict == (token.id.low % 3 == 0 ? .revoked : .allowed))
      guard answer.verdict == .allowed else { continue }
      #expect(answer.id == token.id)
      #expect(answer.details?.name == (index % 2 == 0 ? "\(index)" : nil))
    }
    #expect(response.responses.last?.verdict == .malformed)
    #expect(response.revision >= tokens[199].revision)
    #expect(try client.call(ValidateBatchRequest([])).responses.isEmpty)
    let most = [ValidateRequest](
      repeating: ValidateRequest(token: tokens[0].value), count: Limits.batchValidations)
    #expect(try client.call(ValidateBatchRequest(most)).responses.count == most.count)
    let tooMany = most + [most[0]]
    #expect(try client.refusal(of: ValidateBatchRequest(tooMany)).code == .invalidArgument)
  }

  @Test func `a batch whose answer is too long for a frame is refused`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let long = String(repeating: "n", count: Limits.tokenNameBytes)
    let owner = UserID(unchecked: String(repeating: "u", count: 100))
    try client.create(owner)
    let token = try client.issue(.personal, name: long) { $0.owner = owner }
    var request = ValidateRequest(token: token.value)
    request.details = true
    let many = ValidateBatchRequest(
      [ValidateRequest](repeating: request, count: Limits.batchValidations))
    #expect(try client.refusal(of: many).code == .resourceExhausted)
    #expect(try client.verdict(token.value) == .allowed)
  }

  @Test func `Revoke takes ids, a value or a filter, and tells what became of each`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let tokens = try (0..<5).map { _ in try client.issue(.client) }
    let other = try client.issue(.frontend)
    let unknown = TokenID(high: 7, low: 7)
    try client.revoke([tokens[1].id])
    let response = try client.revoke([tokens[0].id, unknown, tokens[1].id, tokens[0].id])
    #expect(
      response.outcomes == [
        RevokeOutcome(tokens[0].id, .revoked), RevokeOutcome(unknown, .notFound),
        RevokeOutcome(tokens[1].id, .alreadyRevoked), RevokeOutcome(tokens[0].id, .alreadyRevoked),
      ])
    let byValue = try client.call(RevokeRequest(.value(tokens[2].value), reason: "leaked"))
    #expect(byValue.outcomes == [RevokeOutcome(tokens[2].id, .revoked)])
    #expect(try client.call(GetRequest(tokens[2].id)).token?.revocation?.reason == "leaked")
    let none = try client.call(RevokeRequest(.value(Secret("never issued"))))
    #expect(none.outcomes == [RevokeOutcome(nil, .notFound)])
    let filter = try client.refusal(of: RevokeRequest(.filter(RevokeFilter())))
    #expect(filter.code == .invalidArgument && filter.field == "filter")
    var clients = TesseraWire.RevokeFilter()
    clients.kinds = KindSet(.client)
    let byFilter = try client.call(RevokeRequest(.filter(clients), reason: "all of them"))
    let left = tokens.dropFirst(3).map(\.id)
    #expect(byFilter.outcomes.compactMap(\.id) == left.sorted())
    #expect(byFilter.outcomes.allSatisfy { $0.result == .revoked })
    #expect(try client.verdict(tokens[4].value) == .revoked)
    var admins = TesseraWire.RevokeFilter()
    admins.kinds = KindSet(.admin)
    let second = try client.issue(.admin)
    let ofAdmins = try client.call(RevokeRequest(.filter(admins)))
    #expect(ofAdmins.outcomes.map(\.id) == [second.id], "the caller's own token stays")
    #expect(try client.call(GetRequest(other.id)).token?.state == .active)
  }

  @Test func `an idempotency key makes a second Issue the first one's answer, without the value`()
    throws
  {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let request = TestClient.request(.client) { $0.idempotencyKey = "deploy-7" }
    let first = try client.call(request)
    let second = try client.call(request)
    #expect(!first.replayed && second.replayed)
    #expect(second.value == nil)
    #expect(second.token?.id == first.token?.id)
    let other = TestClient.request(.client, name: "another") { $0.idempotencyKey = "deploy-7" }
    #expect(try client.refusal(of: other).field == "idempotency_key")
  }

  @Test func `Get, WhoAmI and Health tell what there is`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(.service, name: "gateway")
    let shown = try #require(try client.call(GetRequest(token.id)).token)
    #expect(shown.name == "gateway")
    #expect(shown.kind == .service)
    #expect(shown.state == .active)
    #expect(shown.permissions == [PermissionGrant(.tokensValidate)])
    #expect(try client.refusal(of: GetRequest(TokenID(high: 1, low: 2))).code == .notFound)
    let service = try authority.connect(as: token.value)
    let caller = try #require(try service.call(WhoAmIRequest()).caller)
    #expect(caller.actor == .token(token.id))
    #expect(caller.kind == .service)
    #expect(caller.name == "gateway")
    #expect(caller.permissions == [PermissionGrant(.tokensValidate)])
    let health = try service.call(HealthRequest())
    #expect(health.status == .serving)
    #expect(health.version == Server.version)
    #expect(health.tokens == 2)
    #expect(health.revision == token.revision)
  }
}
