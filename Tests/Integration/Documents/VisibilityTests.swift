import Testing
import TesseraModel
import TesseraWire

/// "API token visibility".
@Suite("API tokens and client keys: visibility") struct VisibilityTests {
  @Test("By default, only admin users can create API tokens")
  func onlyAdmins() throws {
    let product = try Product()
    let member = try product.user("ada", .member("project-a"))
    for kind in [TokenKind.admin, .client, .frontend, .service] {
      let request = TestClient.request(kind) {
        if kind.isBoundToEnvironment { $0.projects = .one("project-a") }
      }
      #expect(try member.refusal(of: request).code == .permissionDenied, "\(kind)")
    }
    try product.admin.createUser("root", isAdmin: true)
    let administrator = try product.connect(as: "root")
    for kind in [TokenKind.admin, .client, .frontend, .service] {
      #expect(try administrator.issue(kind).revision > .zero, "\(kind)")
    }
  }

  /// A deliberate step beyond the document, where admins can read values: here nobody can, admins
  /// included, since the authority keeps nothing that a value could be had from.
  @Test("Only admins can see their values: here, nobody sees a value after it was issued")
  func valuesAreShownOnce() throws {
    let product = try Product()
    let token = try product.admin.issue(.client) { $0.idempotencyKey = "once" }
    let again = try product.admin.call(
      TestClient.request(.client) { $0.idempotencyKey = "once" })
    #expect(again.replayed && again.value == nil && again.token?.id == token.id)
    let answers = [
      try product.admin.call(GetRequest(token.id)).encoded,
      try product.admin.call(ListRequest()).encoded,
      try product.admin.call(ListEventsRequest()).encoded,
    ]
    let hash = token.value.text.suffix(TokenValue.hashCharacters)
    for answer in answers {
      #expect(!String(decoding: answer, as: UTF8.self).contains(hash))
    }
  }

  @Test(
    "Client and front-end tokens of a project are visible to members with READ_PROJECT_API_TOKEN")
  func members() throws {
    let product = try Product()
    let visible = [
      try product.client(.one("project-a")),
      try product.client(.one("project-a"), "development", kind: .frontend),
      try product.client(.list(["project-a", "project-b"])), try product.client(.all),
    ]
    let others = [try product.client(.one("project-b")), try product.admin.issue(.service)]
    let member = try product.user("ada", .member("project-a"))
    let listed = try member.list().filter { $0.kind != .personal }
    #expect(listed.map(\.id) == visible.map(\.id))
    #expect(listed[2].projects == .list(["project-a"]), "of a list, what the member sees")
    for token in visible { #expect(try member.get(token.id).id == token.id) }
    for token in others {
      #expect(try member.refusal(of: GetRequest(token.id)).code == .notFound)
    }
  }

  @Test("All project members have READ_PROJECT_API_TOKEN by default, and it can be taken away")
  func takenAway() throws {
    let product = try Product()
    let token = try product.client(.one("project-a"))
    let member = try product.user("ada", .member("project-a"))
    #expect(try member.get(token.id).id == token.id)
    try product.admin.updateUser("ada") { $0.grants = [.member("project-a", hidesTokens: true)] }
    #expect(try member.refusal(of: GetRequest(token.id)).code == .notFound)
    #expect(try member.list { $0.project = "project-a" }.isEmpty)
  }

  @Test("Who is no member of a project sees none of its tokens, and nobody sees another's own")
  func nonMembers() throws {
    let product = try Product()
    _ = try product.client(.one("project-a"))
    let ada = try product.user("ada", .member("project-a"))
    let bob = try product.user("bob", .member("project-b"))
    #expect(try bob.list().compactMap(\.owner) == ["bob"])
    #expect(try bob.list().count == 1)
    let own = try #require(try ada.list { $0.kinds = KindSet(.personal) }.first?.id)
    #expect(try bob.refusal(of: GetRequest(own)).code == .notFound)
    #expect(try bob.revoke([own]).outcomes.map(\.result) == [.notFound])
  }

  @Test(
    "Project members with CREATE_PROJECT_API_TOKEN can create client and front-end tokens",
    arguments: [TokenKind.client, .frontend])
  func creators(_ kind: TokenKind) throws {
    let product = try Product()
    let creator = try product.user("ada", .creator("project-a"))
    let token = try creator.issue(kind) { $0.projects = .one("project-a") }
    #expect(try product.verdict(token.value, kind: kind, project: "project-a") == .allowed)
    #expect(try creator.update(token.id) { $0.name = "renamed" }.token?.name == "renamed")
    #expect(try creator.revoke([token.id]).outcomes.map(\.result) == [.revoked])
  }

  @Test("They create them for that specific project")
  func thatProject() throws {
    let product = try Product()
    let creator = try product.user("ada", .creator("project-a"), .member("project-b"))
    let beyond: [ProjectSelection] = [
      .one("project-b"), .list(["project-a", "project-b"]), .all, .one("default"),
    ]
    for projects in beyond {
      let refusal = try creator.refusal(of: TestClient.request(.client) { $0.projects = projects })
      #expect(refusal.code == .permissionDenied, "\(projects)")
    }
    let other = try product.client(.one("project-b"))
    #expect(try creator.revoke([other.id]).outcomes.map(\.result) == [.permissionDenied])
  }
}
