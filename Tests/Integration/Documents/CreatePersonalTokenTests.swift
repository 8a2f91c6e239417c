import Testing
import TesseraModel
import TesseraWire

@Suite("How to create personal access tokens") struct CreatePersonalTokenTests {
  /// A user as the guide's reader is one, who makes a token for themselves.
  private func makeToken(
    _ change: (inout IssueRequest) -> Void
  ) throws -> (product: Product, user: TestClient, answer: IssueResponse) {
    let product = try Product()
    let user = try product.user("ada", .creator("project-a"))
    let answer = try user.call(
      TestClient.request(.personal) {
        $0.owner = nil
        change(&$0)
      })
    return (product, user, answer)
  }

  @Test("A personal access token acts as its user, with that user's own set of permissions")
  func actsAsItsUser() throws {
    let (product, _, answer) = try makeToken { _ in }
    let script = try product.authority.connect(as: #require(answer.value))
    let caller = try #require(try script.call(WhoAmIRequest()).caller)
    #expect(caller.owner == "ada" && !caller.isAdmin)
    #expect(caller.actor == .user("ada", through: answer.token?.id))
    #expect(try script.issue(.client) { $0.projects = .one("project-a") }.revision > .zero)
    #expect(try script.refusal(of: TestClient.request(.admin)).code == .permissionDenied)
  }

  @Test("Give your token a description")
  func description() throws {
    let (_, user, answer) = try makeToken { $0.description = "nightly export" }
    let id = try #require(answer.token?.id)
    #expect(try user.get(id).description == "nightly export")
    #expect(try user.list { $0.text = "NIGHTLY" }.map(\.id) == [id])
  }

  @Test("Optionally set an expiry date")
  func expiryDate() throws {
    let end = Timestamp.days(90)
    let (_, user, answer) = try makeToken { $0.expiry = .at(end) }
    #expect(try user.get(#require(answer.token?.id)).expiresAt == end)
  }

  @Test("By default the expiry date is set to 30 days")
  func thirtyDays() throws {
    let (_, _, answer) = try makeToken { _ in }
    let token = try #require(answer.token)
    let created = try #require(token.createdAt)
    #expect(token.expiresAt == created + .seconds(30 * 86_400))
    #expect(answer.warnings.isEmpty)
  }

  @Test("Once your new token is created, you are shown the new token's details")
  func details() throws {
    let (_, user, answer) = try makeToken { $0.name = "export" }
    let token = try #require(answer.token)
    #expect(answer.value?.text.hasPrefix("user:") == true)
    #expect(token.kind == .personal && token.name == "export" && token.owner == "ada")
    #expect(token.state == .active && token.version == 1 && token.uses == 0)
    #expect(try user.get(#require(token.id)) == token)
  }

  @Test("You must save your token: you won't be able to access it again")
  func shownOnce() throws {
    let (product, user, answer) = try makeToken { _ in }
    let hash = try #require(answer.value).text.suffix(TokenValue.hashCharacters)
    let id = try #require(answer.token?.id)
    for client in [user, product.admin] {
      let answers = [
        try client.call(GetRequest(id)).encoded, try client.call(ListRequest()).encoded,
        try client.call(ListEventsRequest()).encoded,
      ]
      for answer in answers {
        #expect(!String(decoding: answer, as: UTF8.self).contains(hash))
      }
    }
  }

  @Test("Your personal access token can now be used in place of an admin token")
  func inPlaceOfAdmin() throws {
    let product = try Product()
    try product.admin.createUser("root", isAdmin: true)
    let token = try product.personal("root")
    #expect(
      try product.verdict(token.value, project: "project-a", method: Product.stop) == .allowed)
    let script = try product.authority.connect(as: token.value)
    #expect(try script.call(WhoAmIRequest()).caller?.isAdmin == true)
    try script.createProjects("made")
    #expect(try script.issue(.admin).revision > .zero)
  }
}
