import Testing
import TesseraModel
import TesseraWire

/// The advantages that the platform's page names, and "Using access tokens".
@Suite("Personal access tokens of the platform: using") struct AccessTokenUseTests {
  @Test("Multiple tokens can be generated at once to support different tasks")
  func many() throws {
    let product = try Product()
    let ada = try product.user("ada", .methods([Product.start, Product.stop], in: "project-a"))
    let calls = try [Product.start, Product.stop].map { method in
      try ada.start(
        TestClient.request(.personal, name: method.text) {
          $0.owner = nil
          $0.scopes = .methods([method])
        })
    }
    let tokens = try calls.map { try TestClient.Issued(ada.finish($0, IssueRequest.self)) }
    #expect(
      try product.verdict(tokens[0].value, project: "project-a", method: Product.start) == .allowed)
    #expect(
      try product.verdict(tokens[1].value, project: "project-a", method: Product.start)
        == .missingScope)
  }

  @Test("Tokens can authenticate just a specified part of the account's functionality")
  func partOfTheAccount() throws {
    let product = try Product()
    try product.admin.createUser("root", isAdmin: true)
    let token = try product.personal("root") { $0.scopes = .methods([Product.stop]) }
    #expect(
      try product.verdict(token.value, project: "project-a", method: Product.stop) == .allowed)
    #expect(
      try product.verdict(token.value, project: "project-a", method: Product.start)
        == .missingScope)
    // Shared with an assistant, it is no breach: none of its owner's rights here come with it.
    let assistant = try product.authority.connect(as: token.value)
    #expect(try assistant.call(WhoAmIRequest()).caller?.isAdmin == false)
    #expect(try assistant.refusal(of: TestClient.request(.admin)).code == .permissionDenied)
    #expect(try assistant.refusal(of: CreateUserRequest("eve")).code == .permissionDenied)
    let wider = TestClient.request(.personal) { $0.owner = nil }
    #expect(try assistant.refusal(of: wider).code == .permissionDenied)
  }

  @Test("Tokens can be supplemented with the expiration date or manually revoked at any time")
  func endsAnyTime() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada") { $0.expiry = .never }
    let end = Timestamp.days(2)
    #expect(try ada.update(token.id) { $0.expiry = .at(end) }.token?.expiresAt == end)
    try ada.revoke([token.id])
    #expect(try ada.get(token.id).state == .revoked)
    #expect(try ada.get(token.id).revocation?.by == ada.call(WhoAmIRequest()).caller?.actor)
  }

  @Test("They ensure greater reliability compared to the short-term validity of sessions")
  func outlivesSessions() throws {
    let product = try Product()
    let password = Secret("correct horse battery")
    try product.admin.createUser("ada", password: password)
    let token = try product.personal("ada")
    func signIn() throws -> TestClient {
      let client = try product.authority.connect()
      _ = try client.call(AuthenticateRequest(user: "ada", password))
      return client
    }
    // A session ends with its connection, and with the password that began it.
    let session = try signIn()
    session.close()
    let next = try product.authority.connect()
    #expect(try next.refusal(of: WhoAmIRequest()).code == .unauthenticated)
    let other = try signIn()
    let script = try product.authority.connect(as: token.value)
    _ = try product.admin.call(SetPasswordRequest("ada", password: Secret("another password")))
    #expect(try other.refusal(of: WhoAmIRequest()).code == .unauthenticated)
    // The token ends with neither.
    #expect(try script.call(WhoAmIRequest()).caller?.owner == "ada")
    script.close()
    #expect(try product.verdict(token.value) == .allowed)
    let again = try product.authority.connect(as: token.value)
    #expect(try again.call(WhoAmIRequest()).caller?.owner == "ada")
  }

  @Test("Execute the required API method, specifying your token: stop an environment")
  func stopEnvironment() throws {
    let product = try Product()
    try product.admin.createUser("ada", [.methods([Product.stop], in: "project-a")])
    let token = try product.personal("ada")
    let answer = try product.admin.validate(token.value) {
      $0.project = "project-a"
      $0.environment = "production"
      $0.method = Product.stop
      $0.details = true
    }
    #expect(answer.verdict == .allowed && answer.id == token.id && answer.kind == .personal)
    #expect(answer.details?.owner == "ada")
  }

  @Test("Ensure the token has a permission for the called operation; anything else is an error")
  func otherOperation() throws {
    let product = try Product()
    try product.admin.createUser("ada", [.methods([Product.stop], in: "project-a")])
    let token = try product.personal("ada")
    let answer = try product.admin.validate(token.value) {
      $0.project = "project-a"
      $0.method = Product.start
      $0.details = true
    }
    #expect(answer.verdict == .missingScope && answer.details == nil && answer.id == nil)
  }

  @Test("A token is a credential of its own: its end ends no other")
  func endsAlone() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let (first, second) = (try product.personal("ada"), try product.personal("ada"))
    try ada.revoke([first.id])
    #expect(try product.verdict(first.value) == .revoked)
    #expect(try product.verdict(second.value) == .allowed)
  }
}
