import TesseraCrypto
import TesseraModel
import TesseraServer
import TesseraWire
import Testing

/// Users, entries, imports and events, as far as the port's own part goes.
@Suite struct PeopleTests {
  private let authority: TestAuthority
  private let admin: TestClient

  init() throws {
    authority = try TestAuthority()
    admin = try authority.admin()
  }

  @Test func `users are paged in order of their ids`() throws {
    let ids = (0..<5).map { UserID(unchecked: "user\($0)") }
    for id in ids.reversed() { try admin.create(id) }
    var request = ListUsersRequest()
    request.pageSize = 2
    var pages: [[UserID?]] = []
    repeat {
      let page = try admin.call(request)
      pages.append(page.users.map(\.id))
      request.pageToken = page.nextPageToken
    } while !request.pageToken.isEmpty
    #expect(pages == [[ids[0], ids[1]], [ids[2], ids[3]], [ids[4]]])
  }

  @Test func `a page token belongs to its filters`() throws {
    for id in 0..<3 { try admin.create(UserID(unchecked: "user\(id)")) }
    var request = ListUsersRequest()
    request.pageSize = 1
    request.pageToken = try admin.call(request).nextPageToken
    request.pageSize = 2
    #expect(try admin.call(request).users.map(\.id) == ["user1", "user2"])
    request.text = "user"
    let refusal = try admin.refusal(of: request)
    #expect(refusal.code == .invalidArgument && refusal.field == "page_token")
    var events = ListEventsRequest()
    events.pageToken = request.pageToken
    #expect(try admin.refusal(of: events).field == "page_token")
  }

  @Test func `entries are created, changed, listed and removed`() throws {
    let made = RegistryEntry.project(.init("shop", description: "The shop"))
    #expect(try admin.call(CreateEntryRequest(made)).entry == made)
    #expect(try admin.refusal(of: CreateEntryRequest(made)).code == .alreadyExists)
    let changed = RegistryEntry.project(.init("shop", description: "Sold"))
    #expect(try admin.call(UpdateEntryRequest(changed)).entry?.version == 2)
    var list = ListEntriesRequest(.project)
    list.text = "sol"
    #expect(try admin.call(list).entries.map(\.key) == [.project("shop")])
    _ = try admin.call(DeleteEntryRequest(.project("shop")))
    #expect(try admin.refusal(of: GetEntryRequest(.project("shop"))).code == .notFound)
  }

  @Test func `events are listed from the newest, in pages`() throws {
    let token = try admin.issue(.client)
    try admin.revoke([token.id])
    var request = ListEventsRequest()
    request.pageSize = 1
    let first = try admin.call(request)
    #expect(first.events.map(\.kind) == [.tokenRevoked])
    request.pageToken = first.nextPageToken
    let second = try admin.call(request)
    #expect(second.events.map(\.kind) == [.tokenIssued])
    #expect(second.events.first?.tokens == [token.id])
  }

  @Test func `values of every version are imported and open what they say`() throws {
    let hash = String(repeating: "0123456789abcdef", count: 4)
    var placed = ImportedToken(.client, .value(Secret("default:development.\(hash)")))
    placed.projects = .one("default")
    placed.environment = "development"
    var bare = placed
    bare.credential = .value(Secret(String(hash.prefix(56))))
    var wrong = placed
    wrong.environment = "production"
    var wrongKind = placed
    wrongKind.kind = .admin
    let response = try admin.call(ImportRequest([placed, wrong, bare, wrongKind, placed]))
    #expect(
      response.outcomes.map(\.status)
        == [.ok, .invalidArgument, .ok, .invalidArgument, .alreadyExists])
    #expect(response.outcomes[1].failure?.field == "environment")
    #expect(response.outcomes[3].failure?.field == "kind")
    for text in ["default:development.\(hash)", String(hash.prefix(56))] {
      #expect(try admin.verdict(Secret(text)) == .allowed)
    }
    let none = try admin.call(ImportRequest([wrong]))
    #expect(none.outcomes.map(\.status) == [.invalidArgument])
  }

  @Test func `tokens that ended are purged, and their events stay`() throws {
    let token = try admin.issue(.client)
    try admin.revoke([token.id])
    let purge = PurgeRequest(endedBefore: .latest)
    #expect(try admin.call(purge).purged == 1)
    #expect(try admin.refusal(of: GetRequest(token.id)).code == .notFound)
    var request = ListEventsRequest()
    request.token = token.id
    #expect(
      try admin.call(request).events.map(\.kind) == [.tokenPurged, .tokenRevoked, .tokenIssued])
  }

  @Test func `events that are too old are shown no more, though no other has come since`() throws {
    let idle = try TestAuthority { $0.eventsKeptFor = .seconds(1) }
    let admin = try idle.admin()
    let revision = try admin.issue(.client).revision
    try eventually("they are too old") { try admin.events().isEmpty }
    #expect(try admin.call(HealthRequest()).revision == revision)
  }

  @Test func `why a token ended is found by its id, also where it ended with its user`() throws {
    try admin.create("leaving")
    let token = try admin.personal("leaving")
    _ = try admin.call(DeleteUserRequest("leaving"))
    let events = try admin.events { $0.token = token.id }
    #expect(events.map(\.kind) == [.tokenRevoked, .tokenIssued])
    #expect(events[0].changes == [FieldChange("reason", after: "the user was removed")])
  }

  @Test func `the authority purges by itself what ended long enough ago`() throws {
    let token = try admin.issue(.client)
    try admin.revoke([token.id])
    authority.stop()
    let next = try TestAuthority(after: authority) {
      $0.purgeAfter = .zero
      $0.clockTrial = .zero
    }
    let client = try next.admin()
    try eventually("the token is purged") {
      do {
        _ = try client.call(GetRequest(token.id))
        return false
      } catch let refusal as Refusal {
        return refusal.code == .notFound
      }
    }
  }

  @Test func `proxy keys pass where they are asked for, as the identity says`() throws {
    let key = Array("the-proxy-key".utf8)
    #expect(try admin.verdict(Secret(key)) == .malformed)
    var identity = try TestAuthority.identity()
    identity.proxyKeys = [unsafe SHA256.digest(of: key.span.bytes)]
    authority.server.adopt(identity)
    #expect(try admin.verdict(Secret(key)) == .wrongKind)
    #expect(try admin.verdict(Secret(key)) { $0.kinds = .init(.proxyKey) } == .allowed)
    authority.server.adopt(try TestAuthority.identity())
    #expect(try admin.verdict(Secret(key)) == .malformed)
  }
}
