import Testing
import TesseraModel
import TesseraWire

/// "Managing access tokens".
@Suite("Personal access tokens of the platform: managing") struct AccessTokenManagementTests {
  @Test("View the list of all tokens on the account")
  func list() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let tokens = try (0..<3).map {
      try product.admin.issue(.personal, name: "\($0)") { $0.owner = "ada" }
    }
    try product.admin.createUser("bob")
    _ = try product.personal("bob")
    #expect(try ada.list().dropFirst().map(\.id) == tokens.map(\.id))
  }

  @Test("Generate creates a new token by description, expiration date and the required API methods")
  func generate() throws {
    let product = try Product()
    let ada = try product.user("ada", .methods([Product.start, Product.stop], in: "project-a"))
    let end = Timestamp.days(7)
    let token = try ada.issue(.personal) {
      $0.owner = nil
      $0.description = "stops the night environment"
      $0.expiry = .at(end)
      $0.scopes = .methods([Product.stop])
    }
    let shown = try ada.get(token.id)
    #expect(shown.description == "stops the night environment" && shown.expiresAt == end)
    #expect(shown.scopes == .methods([Product.stop]))
  }

  @Test("Edit adjusts the existing token")
  func edit() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada") { $0.description = "before" }
    let answer = try ada.update(token.id) { $0.description = "after" }
    #expect(answer.token?.description == "after" && answer.token?.version == 2)
    #expect(try product.verdict(token.value) == .allowed, "the value stays")
    let stale = try ada.refusal(
      of: {
        var request = UpdateRequest(token.id)
        request.description = "later"
        request.ifVersion = 1
        return request
      }())
    #expect(stale.code == .aborted && stale.field == "if_version")
  }

  @Test("Edit regenerates: a new value, while maintaining all other parameters")
  func regenerateKeeps() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada") {
      $0.description = "kept"
      $0.scopes = .methods([Product.stop])
    }
    let before = try ada.get(token.id)
    let answer = try ada.call(RegenerateRequest(token.id))
    var expected = before
    expected.version = 2
    #expect(answer.token == expected && answer.value != token.value)
  }

  @Test("Copy creates a new token using parameters of the existing one as a basis")
  func copy() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let source = try ada.get(
      product.personal("ada") {
        $0.description = "basis"
        $0.scopes = .methods([Product.stop])
        $0.expiry = .after(.seconds(86_400))
      }.id)
    var request = IssueRequest()
    request.copyOf = source.id
    request.name = "copy"
    let copy = try #require(try ada.call(request).token)
    #expect(copy.id != source.id && copy.name == "copy" && copy.owner == "ada")
    #expect(copy.description == "basis" && copy.scopes == source.scopes)
    #expect(copy.expiresAt == source.expiresAt)
  }

  @Test("Remove deletes the selected token")
  func remove() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada")
    #expect(try ada.revoke([token.id]).outcomes.map(\.result) == [.revoked])
    #expect(try ada.revoke([token.id]).outcomes.map(\.result) == [.alreadyRevoked])
    #expect(try product.verdict(token.value) == .revoked)
    #expect(try ada.list { $0.states = [.active] }.map(\.id).contains(token.id) == false)
    let purged = try product.admin.call(PurgeRequest(endedBefore: .days(1)))
    #expect(purged.purged == 1)
    #expect(try ada.refusal(of: GetRequest(token.id)).code == .notFound)
    #expect(try product.verdict(token.value) == .notFound)
  }

  @Test("Refresh displays the most recent changes to the list")
  func refresh() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada")
    #expect(try ada.get(token.id).lastUsedAt == nil)
    _ = try product.verdict(token.value)
    try ada.update(token.id) { $0.name = "changed elsewhere" }
    let row = try #require(try ada.list().last)
    #expect(row.name == "changed elsewhere" && row.uses == 1 && row.lastUsedAt != nil)
  }

  @Test("Description: custom description provided for the token")
  func description() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let text = "für die Nacht, 夜間 🌙"
    let token = try product.personal("ada") { $0.description = text }
    #expect(try ada.get(token.id).description == text)
    let long = try ada.refusal(
      of: TestClient.request(.personal) { $0.description = String(repeating: "x", count: 1_001) })
    #expect(long.code == .invalidArgument && long.field == "description")
  }

  @Test("Expires at: a token can be regenerated after its expiration")
  func regenerateExpired() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada") { $0.expiry = .after(.milliseconds(200)) }
    try eventually("it expires") { try product.verdict(token.value) == .expired }
    let without = try ada.refusal(of: RegenerateRequest(token.id))
    #expect(without.code == .failedPrecondition && without.field == "expires_at")
    let answer = try ada.call(RegenerateRequest(token.id, expiry: .after(.seconds(86_400))))
    #expect(try product.verdict(#require(answer.value)) == .allowed)
    #expect(try product.verdict(token.value) != .allowed, "the old value does not come back")
  }

  @Test("Expires at: a date in the past is refused")
  func pastDate() throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let refusal = try product.admin.refusal(
      of: TestClient.request(.personal) { $0.expiry = .at(.days(-1)) })
    #expect(refusal.code == .invalidArgument && refusal.field == "expires_at")
  }

  @Test("Next, you'll see the access token value; it won't be displayed anywhere ever again")
  func shownOnce() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let answer = try ada.call(TestClient.request(.personal) { $0.owner = nil })
    let id = try #require(answer.token?.id)
    let hash = Array(try #require(answer.value).text.utf8.suffix(64))
    #expect(answer.encoded.contains(hash), "the answer that creates it shows it")
    for client in [ada, product.admin] {
      #expect(try !client.call(ListRequest()).encoded.contains(hash))
      #expect(try !client.call(GetRequest(id)).encoded.contains(hash))
      let events = try client.call(ListEventsRequest())
      #expect(events.events.contains { $0.tokens == [id] })
      #expect(!events.encoded.contains(hash))
    }
  }

  @Test("If you lost your value, generate a new one: the old value becomes invalid")
  func lostValue() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada")
    let value = try #require(try ada.call(RegenerateRequest(token.id)).value)
    #expect(try product.verdict(token.value) == .notFound)
    #expect(try product.verdict(value) == .allowed)
  }

  @Test("Existing automation should be updated: where it is asked for, both values pass meanwhile")
  func overlap() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let token = try product.personal("ada")
    let answer = try ada.call(RegenerateRequest(token.id, overlap: .seconds(3600)))
    let value = try #require(answer.value)
    #expect(try product.verdict(token.value) == .allowed)
    #expect(try product.verdict(value) == .allowed)
    let shown = try ada.get(token.id)
    #expect(shown.previousValidUntil != nil && shown.previousLastUsedAt != nil)
    try ada.revoke([token.id])
    #expect(try product.verdict(token.value) == .revoked)
    #expect(try product.verdict(value) == .revoked)
  }

  @Test("You can remove multiple no longer required tokens at once")
  func removeMany() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let tokens = try (0..<3).map { _ in try product.personal("ada") }
    let nobodys = TokenID(high: 1, low: 1)
    let answer = try ada.revoke(tokens.map(\.id) + [nobodys])
    #expect(answer.outcomes.map(\.result) == [.revoked, .revoked, .revoked, .notFound])
    #expect(try product.admin.events { $0.kinds = [.tokenRevoked] }.map(\.tokenCount) == [3])
    let more = try (0..<2).map { _ in try product.personal("ada") }
    var filter = RevokeFilter()
    filter.owner = "ada"
    let rest = try ada.call(RevokeRequest(.filter(filter))).outcomes
    #expect(rest.map(\.id) == more.map(\.id), "but for the one that it came with")
  }
}
