import Testing
import TesseraCrypto
import TesseraModel
import TesseraWire

/// What bad input to the methods about tokens' lives, users and the registry gets: the field's
/// name, what would be right, and nothing half done.
@Suite struct PeopleInputTests {
  /// A refusal that each of these must be: by code, field, and a word of what to do.
  private func expect(
    _ client: TestClient, _ request: some RequestMessage, _ field: String,
    _ code: StatusCode = .invalidArgument, saying word: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let refusal = try client.refusal(of: request)
    #expect(refusal.code == code, "\(refusal)", sourceLocation: sourceLocation)
    #expect(refusal.field == field, "\(refusal)", sourceLocation: sourceLocation)
    #expect(!refusal.message.isEmpty, sourceLocation: sourceLocation)
    if let word {
      #expect(refusal.message.contains(word), "\(refusal)", sourceLocation: sourceLocation)
    }
  }

  private let long = String(repeating: "x", count: 1_001)

  @Test func `users: what is wrong is named, and no user is made`() throws {
    let product = try Product()
    let admin = product.admin
    try admin.createUser("ada", [.member("project-a")])
    let before = try WholeState(admin)
    func create(_ change: (inout CreateUserRequest) -> Void) -> CreateUserRequest {
      var request = CreateUserRequest("new")
      change(&request)
      return request
    }
    try expect(admin, CreateUserRequest(), "id")
    try expect(admin, create { $0.name = long }, "name", saying: "200 bytes")
    try expect(admin, create { $0.roles = ["Nobody"] }, "roles", saying: "no role Nobody")
    try expect(
      admin, create { $0.grants = [.member("project-a"), .member("nowhere")] },
      "grants[1].project", saying: "no project nowhere")
    try expect(
      admin, create { $0.grants = [.methods(["none"], in: "project-a")] },
      "grants[0].scopes.methods", saying: "no method none")
    try expect(
      admin, create { $0.grants = [Grant(.allProjects, scopes: .sets(["none"]))] },
      "grants[0].scopes.sets", saying: "no scope set none")
    try expect(
      admin, create { $0.grants = [Grant(.project("project-a"), permissions: [.eventsRead])] },
      "grants[0].permissions")
    try expect(
      admin, create { $0.grants = [Grant(.global, permissions: [.tokensIssue])] },
      "grants[0].permissions", saying: "not for users")
    try expect(admin, create { $0.password = Secret("short") }, "password", saying: "8 to")
    try expect(admin, CreateUserRequest("ada"), "id", .alreadyExists)
    try expect(admin, UpdateUserRequest(), "id")
    try expect(admin, UpdateUserRequest("ada"), "")
    var update = UpdateUserRequest("ada")
    update.name = "Ada L."
    update.ifVersion = 7
    try expect(admin, update, "if_version", .aborted, saying: "version 1")
    update = UpdateUserRequest("nobody")
    update.name = "x"
    try expect(admin, update, "id", .notFound)
    try expect(admin, DeleteUserRequest(), "id")
    try expect(admin, DeleteUserRequest("nobody"), "id", .notFound)
    try expect(admin, GetUserRequest(), "id")
    try expect(admin, GetUserRequest("nobody"), "id", .notFound)
    try expect(admin, SetPasswordRequest(), "id")
    try expect(admin, SetPasswordRequest("ada", password: Secret("short")), "password")
    try expect(admin, SetPasswordRequest("nobody", password: nil), "id", .notFound)
    before.expectSame(as: try WholeState(admin))
  }

  @Test func `the registry: what is wrong is named, and no entry is made`() throws {
    let product = try Product()
    let admin = product.admin
    let before = try WholeState(admin)
    try expect(admin, CreateEntryRequest(), "entry")
    try expect(admin, CreateEntryRequest(.project(.init("service"))), "entry.key")
    try expect(admin, CreateEntryRequest(.project(.init("project-a"))), "entry.key", .alreadyExists)
    try expect(
      admin, CreateEntryRequest(.environment(.init("x", description: long))), "entry.description")
    for link in ["javascript:alert(1)", "https://a b", "/docs"] {
      try expect(
        admin, CreateEntryRequest(.method(.init("x", link: link))), "entry.link", saying: "https://"
      )
    }
    try expect(
      admin, CreateEntryRequest(.scopeSet(.init("x", methods: ["none"]))), "entry.methods",
      saying: "no method none")
    try expect(
      admin, CreateEntryRequest(.role(.init("x", grants: [.member("nowhere")]))),
      "entry.grants[0].project")
    try expect(admin, UpdateEntryRequest(), "entry")
    try expect(admin, UpdateEntryRequest(.project(.init("nowhere"))), "entry.key", .notFound)
    try expect(
      admin, UpdateEntryRequest(.project(.init("project-a", description: "x")), ifVersion: 9),
      "if_version", .aborted)
    try expect(admin, DeleteEntryRequest(), "key")
    try expect(admin, DeleteEntryRequest(.role("Nobody")), "key", .notFound)
    try expect(
      admin, DeleteEntryRequest(.scopeSet(.client)), "key", .failedPrecondition,
      saying: "not removed")
    try expect(admin, GetEntryRequest(), "key")
    try expect(admin, GetEntryRequest(.method("none")), "key", .notFound)
    try expect(admin, ListEntriesRequest(), "type")
    before.expectSame(as: try WholeState(admin))
  }

  @Test func `tokens: what is wrong is named, and no token is made or changed`() throws {
    let product = try Product()
    let admin = product.admin
    let token = try admin.issue(.client)
    try admin.createUser("ada")
    let before = try WholeState(admin)
    try expect(
      admin, TestClient.request(.personal) { $0.owner = "nobody" }, "owner", saying: "nobody")
    try expect(admin, RegenerateRequest(), "id")
    try expect(admin, RegenerateRequest(token.id, overlap: .seconds(31 * 86_400)), "overlap")
    try expect(admin, RegenerateRequest(token.id, expiry: .at(.days(-1))), "expires_at")
    try expect(admin, RegenerateRequest(token.id, expiry: .after(.zero)), "lifetime")
    try expect(admin, RegenerateRequest(TokenID(high: 1, low: 1)), "id", .notFound)
    try expect(admin, ImportRequest(), "tokens", saying: "1 to 1000")
    try expect(admin, PurgeRequest(), "ended_before")
    var events = ListEventsRequest()
    events.pageToken = [1, 2, 3]
    try expect(admin, events, "page_token")
    var users = ListUsersRequest()
    users.pageToken = [1, 2, 3]
    try expect(admin, users, "page_token")
    try expect(admin, RevokeRequest(.filter(RevokeFilter())), "filter")
    before.expectSame(as: try WholeState(admin))
  }

  @Test func `of an import each token has its own outcome, and the good ones are held`() throws {
    let product = try Product()
    let held = try product.client(.all)
    let hash = String(repeating: "0123456789abcdef", count: 4)
    func token(_ text: String, _ change: (inout ImportedToken) -> Void = { _ in }) -> ImportedToken
    {
      var token = ImportedToken(.client, .value(Secret(text)))
      token.projects = .all
      token.environment = "production"
      change(&token)
      return token
    }
    let tokens = [
      token(hash), token("no token at all"), token("*:development." + hash),
      token("project-a:production." + hash), token("user:" + hash),
      token(String(hash.reversed())) { $0.environment = "nowhere" }, token(held.value.text),
      token(hash), token(String(hash.reversed())) { $0.createdAt = .days(1) },
      token(String(hash.reversed())) { $0.expiresAt = .days(-1) },
    ]
    let outcomes = try product.admin.call(ImportRequest(tokens)).outcomes
    #expect(
      outcomes.map(\.status) == [
        .ok, .invalidArgument, .invalidArgument, .invalidArgument, .invalidArgument,
        .invalidArgument, .alreadyExists, .alreadyExists, .invalidArgument, .invalidArgument,
      ])
    #expect(
      outcomes.map { $0.failure?.field } == [
        nil, "value", "environment", "projects", "kind", "environment", "value", "value",
        "created_at", "expires_at",
      ])
    #expect(try product.verdict(Secret(hash)) == .allowed)
    #expect(try product.admin.list { $0.kinds = KindSet(.client) }.count == 2)
    let bytes = Array(hash.utf8)
    var known = token(hash)
    known.credential = .sha256(unsafe SHA256.digest(of: bytes.span.bytes))
    let again = try product.admin.call(ImportRequest([known])).outcomes
    #expect(again.map(\.status) == [.alreadyExists])
    #expect(again.map { $0.failure?.field } == ["sha256"])
  }

  @Test func `an idempotency key with another request is refused, and so is another's context`()
    throws
  {
    let product = try Product()
    let admin = product.admin
    _ = try admin.issue(.client) { $0.idempotencyKey = "key" }
    try expect(
      admin,
      TestClient.request(.client, name: "another") { $0.idempotencyKey = "key" },
      "idempotency_key")
    var list = ListRequest()
    list.context = CallContext(actAs: "nobody")
    try expect(admin, list, "context.act_as", .notFound, saying: "nobody")
  }
}
