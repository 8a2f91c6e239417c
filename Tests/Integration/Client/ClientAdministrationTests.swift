import TesseraClient
import TesseraCrypto
import Testing

/// What only an authority that is served does: others sign in and act, and keep passwords.
@Suite struct ClientAdministrationTests {
  private let server: TestAuthority
  private let root: TesseraClient

  init() throws {
    server = try TestAuthority()
    root = try server.client(.token(server.rootToken))
  }

  private func create(_ user: UserID, password: Secret? = nil) async throws {
    var request = CreateUserRequest(user, name: "Ada")
    request.grants = [Grant(.project("default"), scopes: .all, createsTokens: true)]
    request.password = password
    _ = try await root.createUser(request)
  }

  @Test func `a dashboard acts for its users, with their rights and their password`() async throws {
    let password = Secret("correct horse")
    try await create("ada", password: password)
    try await create("bob")
    var request = IssueRequest(.service, name: "dashboard")
    request.permissions = [PermissionGrant(.usersActAs)]
    let value = try #require(try await root.issue(request).value)
    let dashboard = try server.client(.token(value))
    #expect(try await dashboard.whoAmI().owner == nil)
    let ada = dashboard.acting(as: "ada")
    #expect(try await ada.whoAmI().owner == "ada")
    #expect(try await refusal { _ = try await ada.user("bob") } == "PERMISSION_DENIED")

    let laptop = IssueRequest(.personal, name: "laptop")
    await #expect(throws: TesseraError.self) { _ = try await ada.issue(laptop) }
    do {
      _ = try await ada.confirming(with: Secret("wrong horse")).issue(laptop)
      Issue.record("a wrong password confirmed it")
    } catch TesseraError.unconfirmed(let refusal) {
      #expect(refusal.field == "context.password")
    }
    let issued = try await ada.confirming(with: password).issue(laptop)
    #expect(issued.token.owner == "ada")
    // Who has no password is the product's to know.
    #expect(try await dashboard.acting(as: "bob").issue(laptop).token.owner == "bob")
    var names: [UserID?] = []
    for try await token in ada.tokens() { names.append(token.owner) }
    #expect(names == ["ada"])

    let signedIn = try server.client(.password(user: "ada", password))
    #expect(try await signedIn.whoAmI().owner == "ada")
    for client in [dashboard, signedIn, root] { await client.close() }
  }

  @Test func `what was imported by its SHA-256 passes, ends and is purged, and events tell of it`()
    async throws
  {
    let authority: some AuthorityAdministration = root
    let value = "default:production." + String(repeating: "0123456789abcdef", count: 4)
    let bytes = Array(value.utf8)
    var token = ImportedToken(
      .client, .sha256(unsafe SHA256.digest(of: bytes.span.bytes)), name: "old")
    token.projects = .one("default")
    token.environment = "production"
    let report = try await authority.importTokens([token, token])
    guard case .imported(let id) = report.outcomes[0] else { throw TestFailure("\(report)") }
    guard case .refused(let held) = report.outcomes[1] else { throw TestFailure("\(report)") }
    #expect(held.code == .alreadyExists)
    #expect(try await authority.validate(value, minRevision: report.revision).isAllowed)
    let revoked = try await authority.revoke([id], reason: "moved")
    #expect(try await authority.purge(endedBefore: .earliest) == 0)
    #expect(try await authority.token(id).state == .revoked)
    #expect(try await authority.purge(endedBefore: .latest) == 1)
    #expect(try await refusal { _ = try await authority.token(id) } == "NOT_FOUND id")

    var request = ListEventsRequest()
    request.token = id
    request.pageSize = 1
    var events: [ChangeEvent] = []
    for try await event in authority.events(matching: request) { events.append(event) }
    #expect(events.map(\.kind) == [.tokenPurged, .tokenRevoked, .tokenImported])
    #expect(events[1].revision == revoked.revision)
    #expect(events[2].changes.contains(FieldChange("name", after: "old")))
    await root.close()
  }
}
