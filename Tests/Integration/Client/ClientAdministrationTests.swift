import TesseraClient
import TesseraCrypto
import Testing

/// The client's administration, and its views, with an authority over TLS.
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

  @Test func `entries are made, changed, found and removed`() async throws {
    let authority: some AuthorityAdministration = root
    let shop = RegistryEntry.Project("shop", description: "The web shop")
    let created = try await authority.createEntry(.project(shop))
    #expect(created.entry == .project(shop))
    #expect(
      try await refusal { _ = try await authority.createEntry(.project(shop)) }
        == "ALREADY_EXISTS entry.key")
    var changed = shop
    changed.description = "Two shops"
    let updated = try await authority.updateEntry(.project(changed), ifVersion: 1)
    #expect(updated.entry.version == 2 && updated.revision > created.revision)
    changed.description = "Three shops"
    let stale = changed
    #expect(
      try await refusal { _ = try await authority.updateEntry(.project(stale), ifVersion: 1) }
        == "ABORTED if_version")
    #expect(try await authority.entry(.project("shop")) == updated.entry)
    var names: [String] = []
    for try await entry in authority.entries(.project, text: "SHOP") {
      names.append(entry.key.text)
    }
    #expect(names == ["shop"])
    for entry in [
      RegistryEntry.method(.init("orders.read", link: "https://docs.example.com")),
      .scopeSet(.init("Orders", methods: ["orders.read"])), .environment(.init("staging")),
      .role(.init("reader", grants: [Grant(.allProjects, scopes: .all)])),
    ] { #expect(try await authority.createEntry(entry).entry == entry) }

    var request = IssueRequest(.client, name: "checkout")
    request.projects = .one("shop")
    request.environment = "staging"
    let value = try #require(try await authority.issue(request).value)
    let removed = try await authority.deleteEntry(.project("shop"))
    #expect(removed.revokedTokens == 1)
    let answer = try await authority.validate(value, minRevision: removed.revision)
    #expect(answer.verdict == .revoked)
    #expect(
      try await refusal { _ = try await authority.entry(.project("shop")) } == "NOT_FOUND key")
    await root.close()
  }

  @Test func `users are made, changed, found and removed, and their tokens with them`()
    async throws
  {
    let authority: some AuthorityAdministration = root
    try await create("ada")
    var change = UpdateUserRequest("ada")
    change.isDisabled = true
    change.ifVersion = 1
    let disabled = try await authority.updateUser(change)
    #expect(disabled.user.isDisabled && disabled.user.version == 2)
    #expect(try await authority.updateUser(change).user == disabled.user)
    change.isDisabled = false
    change.ifVersion = 2
    let enabled = try await authority.updateUser(change)
    #expect(!enabled.user.hasPassword)
    let withPassword = try await authority.setPassword(Secret("correct horse"), of: "ada")
    #expect(withPassword > enabled.revision)
    #expect(try await authority.user("ada").hasPassword)
    for user in ["bob", "eve"] as [UserID] { try await create(user) }
    var asked = ListUsersRequest()
    asked.pageSize = 1
    var ids: [UserID?] = []
    for try await user in authority.users(matching: asked) { ids.append(user.id) }
    #expect(ids == ["ada", "bob", "eve"])
    var request = IssueRequest(.personal, name: "laptop")
    request.owner = "ada"
    let value = try #require(try await authority.issue(request).value)
    let deletion = try await authority.deleteUser("ada")
    #expect(deletion.revokedTokens == 1)
    #expect(
      try await authority.validate(value, minRevision: deletion.revision).verdict == .revoked)
    #expect(try await refusal { _ = try await authority.user("ada") } == "NOT_FOUND id")
    await root.close()
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
