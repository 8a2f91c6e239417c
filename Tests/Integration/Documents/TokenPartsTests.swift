import Testing
import TesseraModel
import TesseraWire

/// "API tokens", and "The parts of an API token".
@Suite("API tokens and client keys: API tokens") struct TokenPartsTests {
  @Test("Use API tokens to connect to the server API")
  func connects() throws {
    let product = try Product()
    let stranger = try product.authority.connect()
    #expect(try stranger.refusal(of: ListRequest()).code == .unauthenticated)
    let token = try product.admin.issue(.admin)
    let caller = try stranger.call(AuthenticateRequest(token: token.value)).caller
    #expect(caller?.actor == .token(token.id))
    #expect(try stranger.list().count == 2)
  }

  @Test(
    "API tokens come in four distinct types",
    arguments: [TokenKind.admin, .personal, .client, .frontend])
  func fourTypes(_ kind: TokenKind) throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let token = try product.admin.issue(kind)
    for other in [TokenKind.admin, .personal, .client, .frontend] {
      let expected: Verdict = other == kind ? .allowed : .wrongKind
      #expect(try product.verdict(token.value, kind: other) == expected)
    }
  }

  @Test("Admin and client tokens are secrets", arguments: [TokenKind.admin, .client])
  func secrets(_ kind: TokenKind) throws {
    let product = try Product()
    let token = try product.admin.issue(kind)
    #expect(try product.verdict(token.value) == .allowed, "passes where no kind is named")
    // Who finds one that leaked stops it, whatever else they may do.
    let finder = try product.authority.connect(as: product.admin.issue(.client).value)
    let revoked = try finder.call(RevokeRequest(.value(token.value), reason: "found in a log"))
    #expect(revoked.outcomes.map(\.result) == [.revoked])
    #expect(try product.verdict(token.value) == .revoked)
  }

  @Test("Front-end tokens are not secret")
  func notSecret() throws {
    let product = try Product()
    let token = try product.admin.issue(.frontend)
    #expect(try product.verdict(token.value) == .wrongKind, "passes only where it is asked for")
    let visitor = try product.authority.connect()
    #expect(
      try visitor.refusal(of: AuthenticateRequest(token: token.value)).code == .unauthenticated)
    let holder = try product.authority.connect(as: product.admin.issue(.client).value)
    let outcome = try holder.call(RevokeRequest(.value(token.value))).outcomes.first
    #expect(outcome?.result == .notFound, "every visitor has the value, and none may revoke by it")
    #expect(try product.verdict(token.value, kind: .frontend) == .allowed)
  }

  @Test("A token has a name, sometimes called username")
  func name() throws {
    let product = try Product()
    let token = try product.admin.issue(.client, name: "checkout service")
    #expect(try product.admin.get(token.id).name == "checkout service")
    #expect(try product.admin.list { $0.text = "CHECKOUT" }.map(\.id) == [token.id])
  }

  @Test("Names are not required to be unique")
  func sameName() throws {
    let product = try Product()
    let tokens = try (0..<2).map { _ in try product.admin.issue(.client, name: "same") }
    #expect(try product.admin.list { $0.text = "same" }.map(\.id) == tokens.map(\.id))
  }

  @Test(
    "A token has a type: admin, client or front-end",
    arguments: [TokenKind.admin, .client, .frontend])
  func type(_ kind: TokenKind) throws {
    let product = try Product()
    let token = try product.admin.issue(kind)
    #expect(try product.admin.get(token.id).kind == kind)
    #expect(try product.admin.list { $0.kinds = KindSet(kind) }.map(\.id).last == token.id)
  }

  @Test("A token says what projects it has access to")
  func projects() throws {
    let product = try Product()
    let selections: [ProjectSelection] = [
      .one("project-a"), .list(["project-a", "project-b"]), .all,
    ]
    for selection in selections {
      let token = try product.client(selection)
      #expect(try product.admin.get(token.id).projects == selection)
    }
  }

  @Test("A token says what environment it has access to")
  func environment() throws {
    let product = try Product()
    let token = try product.client(.all, "development")
    #expect(try product.admin.get(token.id).environment == "development")
  }

  @Test("Personal access tokens only contain an optional description and an expiry date")
  func personal() throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let shown = try product.admin.get(product.personal("ada").id)
    #expect(shown.description == "" && shown.expiresAt != nil)
    #expect(shown.projects == nil && shown.environment == nil)
    let placed = try product.admin.refusal(
      of: TestClient.request(.personal) { $0.projects = .one("project-a") })
    #expect(placed.code == .invalidArgument && placed.field == "projects")
    let bound = try product.admin.refusal(
      of: TestClient.request(.personal) { $0.environment = "production" })
    #expect(bound.code == .invalidArgument && bound.field == "environment")
  }
}
