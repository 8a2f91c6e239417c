import Testing
import TesseraCrypto
import TesseraModel
import TesseraWire

/// An authority with every kind of record, and the values of its tokens.
struct EveryRecord {
  static let password = Secret("correct horse battery")
  private(set) var values: [Secret] = []
  private(set) var request = TestClient.request(.client)

  private let hash = "be44368985f7fb3237c584ef86f3d6bdada42ddbd63a019d26955178"

  /// Makes them, over the RPC port alone.
  ///
  /// - Parameters:
  ///   - connect: gives a connection that nobody has authenticated on.
  ///   - certified: the holder of a certificate, where one is known.
  init(
    _ admin: TestClient, certified: TestClient? = nil, connect: () throws -> TestClient
  ) throws {
    try purge(admin)
    try makeRegistry(admin)
    try makeUsers(admin)
    try makeTokens(admin)
    try importTokens(admin)
    try endTokens(admin)
    try changeAsOthers(admin, certified, connect)
    try admin.updateUser("bob") { $0.isDisabled = true }
    _ = try admin.call(DeleteEntryRequest(.project("project-gone")))
    _ = try admin.call(DeleteEntryRequest(.method("method.gone")))
    _ = try admin.call(DeleteUserRequest("gone"))
  }

  private func makeRegistry(_ admin: TestClient) throws {
    try admin.createProjects("project-a", "project-b", "project-gone")
    try admin.createMethods("method.one", "method.gone")
    try admin.create(
      .method(.init("method.two", description: "The second", link: "https://example.org/two")))
    try admin.create(.environment(.init("staging", description: "Before production")))
    try admin.create(
      .scopeSet(.init("Both", description: "Set", methods: ["method.gone", "method.one"])))
    _ = try admin.call(
      UpdateEntryRequest(.scopeSet(.init("Marketplace", methods: ["method.one", "method.two"]))))
    let grants: [Grant] = [
      Grant(.allProjects, scopes: .sets(["Both"]), hidesTokens: true),
      Grant(.global, scopes: .all, permissions: [.eventsRead, .registryRead]),
      Grant(.project("project-gone"), createsTokens: true),
    ]
    try admin.create(.role(.init("Release Manager", description: "Role", grants: grants)))
  }

  private func makeUsers(_ admin: TestClient) throws {
    try admin.createUser(
      "ada", [.creator("project-a"), .methods(["method.one", "method.gone"], in: "project-b")],
      roles: ["Release Manager"], password: EveryRecord.password)
    try admin.createUser("bob", [.member("project-gone")])
    try admin.createUser("root", isAdmin: true)
    try admin.createUser("gone", [.member("project-a")])
    _ = try admin.call(SetPasswordRequest("bob", password: Secret("another password")))
  }

  /// Before there is any other token that has ended.
  private mutating func purge(_ admin: TestClient) throws {
    let purged = try admin.issue(.client) { $0.expiry = .after(.milliseconds(1)) }
    try eventually("it has expired and is purged") {
      try admin.call(PurgeRequest(endedBefore: .latest)).purged == 1
    }
    values.append(purged.value)
  }

  /// Changes by every sort of caller beside the administrator, each confirmed where that is asked
  /// for.
  private mutating func changeAsOthers(
    _ admin: TestClient, _ certified: TestClient?, _ connect: () throws -> TestClient
  ) throws {
    let password = EveryRecord.password.text
    let own = TestClient.request(.personal) { $0.owner = nil }.with(password: password)
    let token = try admin.issue(.personal)
    let user = try connect()
    _ = try user.call(AuthenticateRequest(token: token.value))
    let made = try TestClient.Issued(user.call(own))
    _ = try user.call(RevokeRequest(.ids([made.id]), reason: "their own"))
    let signedIn = try connect()
    _ = try signedIn.call(AuthenticateRequest(user: "ada", EveryRecord.password))
    let service = try admin.issue(.service) { $0.permissions = [PermissionGrant(.usersActAs)] }
    let dashboard = try connect()
    _ = try dashboard.call(AuthenticateRequest(token: service.value))
    let acted = TestClient.request(.client) { $0.projects = .one("project-a") }
      .with(password: password, actAs: "ada")
    values += [token.value, made.value, service.value]
    values += try [
      TestClient.Issued(signedIn.call(own)).value, TestClient.Issued(dashboard.call(acted)).value,
    ]
    if let certified { values.append(try certified.issue(.client).value) }
  }

  private mutating func makeTokens(_ admin: TestClient) throws {
    for owner: UserID in ["ada", "bob", "root", "gone"] {
      try issue(admin, .personal) { $0.owner = owner }
    }
    try issue(admin, .personal) {
      $0.owner = "ada"
      $0.scopes = .some(sets: ["Both"], methods: ["method.gone", "method.two"])
      $0.expiry = .never
    }
    for kind in [TokenKind.client, .frontend] {
      try issue(admin, kind) { $0.projects = .one("project-gone") }
      try issue(admin, kind) { $0.projects = .list(["project-a", "project-gone"]) }
      try issue(admin, kind) { $0.projects = .list(["project-gone"]) }
      try issue(admin, kind) {
        $0.projects = .all
        $0.environment = "staging"
        $0.scopes = .all
      }
    }
    try issue(admin, .admin) { $0.description = "an ADMIN token" }
    try issue(admin, .service) {
      $0.permissions = [
        PermissionGrant(.usersActAs),
        PermissionGrant(
          .tokensIssue, kinds: KindSet(.client), projects: ["project-a", "project-gone"],
          environments: ["staging"]),
      ]
    }
    request.idempotencyKey = "once"
    values.append(try #require(try admin.call(request).value))
    // With an overlap, and both values used.
    let overlapping = try admin.issue(.client, name: "overlap")
    _ = try admin.verdict(overlapping.value)
    let renewed = try admin.call(RegenerateRequest(overlapping.id, overlap: .seconds(86_400)))
    values += [overlapping.value, try #require(renewed.value)]
  }

  private mutating func importTokens(_ admin: TestClient) throws {
    values += [Secret(hash), Secret("*:staging." + hash)]
    _ = try admin.importToken(.admin, .value(values[values.count - 2])) {
      $0.createdAt = .days(-900)
    }
    _ = try admin.importToken(.client, .value(values[values.count - 1])) {
      $0.projects = .all
      $0.environment = "staging"
      $0.expiresAt = .days(30)
    }
    let bytes = Array("whatever they had before".utf8)
    values.append(Secret(bytes))
    _ = try admin.importToken(.service, .sha256(unsafe SHA256.digest(of: bytes.span.bytes))) {
      $0.permissions = [PermissionGrant(.tokensRead)]
    }
  }

  private mutating func endTokens(_ admin: TestClient) throws {
    let revoked = try admin.issue(.client, name: "revoked")
    _ = try admin.call(RevokeRequest(.ids([revoked.id]), reason: "a test's"))
    let expired = try admin.issue(.client, name: "expired") { $0.expiry = .after(.milliseconds(1)) }
    try eventually("it expires") { try admin.verdict(expired.value) == .expired }
    let updated = try admin.issue(.client, name: "updated")
    try admin.update(updated.id) { $0.name = "updated twice" }
    try admin.update(updated.id) { $0.description = "with a description" }
    values += [revoked.value, expired.value, updated.value]
  }

  private mutating func issue(
    _ admin: TestClient, _ kind: TokenKind, _ change: (inout IssueRequest) -> Void
  ) throws {
    values.append(try admin.issue(kind, name: "\(values.count)", change).value)
  }
}
