import Testing
import TesseraModel
import TesseraWire

/// "Personal access tokens".
@Suite("API tokens and client keys: personal access tokens") struct PersonalTokenTests {
  @Test("They grant access to the same resources that the user that created them has access to")
  func mimicsItsOwner() throws {
    let product = try Product()
    let ada = try product.user("ada", .methods([Product.stop], in: "project-a"))
    let token = try ada.issue(.personal) { $0.owner = nil }
    func verdict(_ project: ProjectID, _ method: MethodName) throws -> Verdict? {
      try product.verdict(token.value, project: project, method: method)
    }
    #expect(try verdict("project-a", Product.stop) == .allowed)
    #expect(try verdict("project-a", Product.start) == .missingScope)
    #expect(try verdict("project-b", Product.stop) == .wrongProject)
  }

  @Test("If a user's permissions change through addition of a custom role, so do the token's")
  func followsRoles() throws {
    let product = try Product()
    try product.admin.createUser("ada", [.member("project-a")])
    let token = try product.personal("ada")
    func verdict() throws -> Verdict? {
      try product.verdict(token.value, project: "project-a", method: Product.stop)
    }
    #expect(try verdict() == .missingScope)
    try product.admin.create(
      .role(.init("Operator", grants: [.methods([Product.stop], in: "project-a")])))
    try product.admin.updateUser("ada") { $0.roles = ["Operator"] }
    #expect(try verdict() == .allowed)
    _ = try product.admin.call(UpdateEntryRequest(.role(.init("Operator"))))
    #expect(try verdict() == .missingScope)
    try product.admin.updateUser("ada") { $0.grants = [] }
    #expect(try verdict() == .wrongProject)
  }

  @Test("When a token modifies resources, the event log lists its creator's name")
  func eventLog() throws {
    let product = try Product()
    try product.admin.createUser("ada", [.creator("project-a")])
    let own = try product.personal("ada")
    let script = try product.authority.connect(as: own.value)
    let made = try script.issue(.client) { $0.projects = .one("project-a") }
    let event = try #require(try product.admin.events { $0.token = made.id }.first)
    #expect(event.kind == .tokenIssued && event.actor == .user("ada", through: own.id))
    #expect(try product.admin.events { $0.user = "ada" }.map(\.revision) == [event.revision])
  }

  @Test("Tokens with a lifetime stop working after the expiration date")
  func expires() throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let token = try product.personal("ada") { $0.expiry = .after(.milliseconds(300)) }
    try eventually("it expires") { try product.verdict(token.value) == .expired }
    let late = try product.authority.connect()
    #expect(try late.refusal(of: AuthenticateRequest(token: token.value)).code == .unauthenticated)
    #expect(try product.admin.get(token.id).state == .expired)
  }

  @Test("Use them to provide more fine-grained permissions for automation than an admin token")
  func fineGrained() throws {
    let product = try Product()
    try product.admin.createUser(
      "ada", [.methods([Product.start, Product.stop], in: "project-a")])
    let token = try product.personal("ada") { $0.scopes = .methods([Product.stop]) }
    #expect(
      try product.verdict(token.value, project: "project-a", method: Product.stop) == .allowed)
    #expect(
      try product.verdict(token.value, project: "project-a", method: Product.start)
        == .missingScope)
  }

  @Test("Use them to give temporary access to an automation tool")
  func temporary() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let end = Timestamp.days(1)
    let token = try ada.issue(.personal) {
      $0.owner = nil
      $0.expiry = .at(end)
    }
    #expect(try product.verdict(token.value) == .allowed)
    #expect(try ada.get(token.id).expiresAt == end)
    try ada.revoke([token.id])
    #expect(try product.verdict(token.value) == .revoked)
  }

  @Test("It is possible to set a token's expiration date to never")
  func never() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let request = TestClient.request(.personal) {
      $0.owner = nil
      $0.expiry = .never
      $0.scopes = .methods([Product.stop])
    }
    #expect(try ada.call(request).token?.expiresAt == nil)
    // A token that was narrowed hands on no more time than it has itself.
    let narrowed = try product.authority.connect(
      as: product.personal("ada") { $0.scopes = .methods([Product.stop]) }.value)
    #expect(try narrowed.refusal(of: request).code == .permissionDenied)
  }

  @Test("A token that doesn't expire brings security concerns: the answer warns")
  func warns() throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let unending = try product.admin.call(TestClient.request(.personal) { $0.expiry = .never })
    #expect(unending.warnings.contains { $0.contains("expire") || $0.contains("never") })
    let ending = try product.admin.call(TestClient.request(.personal))
    #expect(ending.warnings.isEmpty)
  }

  @Test("Do not use them for client SDKs")
  func notForClients() throws {
    let product = try Product()
    try product.admin.createUser("ada", [.member("project-a")])
    let token = try product.personal("ada")
    #expect(try product.verdict(token.value, kind: .client) == .wrongKind)
    #expect(try product.verdict(token.value, kind: .frontend) == .wrongKind)
  }

  @Test("Do not write custom UIs with them: they may expire and their permissions may change")
  func notForInterfaces() throws {
    let product = try Product()
    let ada = try product.user("ada", .creator("project-a"))
    #expect(try ada.issue(.client) { $0.projects = .one("project-a") }.revision > .zero)
    try product.admin.updateUser("ada") { $0.grants = [.member("project-a")] }
    let request = TestClient.request(.client) { $0.projects = .one("project-a") }
    #expect(try ada.refusal(of: request).code == .permissionDenied)
    try product.admin.updateUser("ada") { $0.isDisabled = true }
    #expect(try ada.refusal(of: ListRequest()).code == .unauthenticated)
  }
}
