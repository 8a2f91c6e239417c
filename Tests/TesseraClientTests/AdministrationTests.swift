import TesseraModel
import TesseraWire
import Testing

@testable import TesseraClient

/// Answers every method of the administration, as an authority would that holds one user, one entry
/// and one event on each of two pages.
private func answer(_ arrival: Arrival) -> [Reaction] {
  var user = User()
  user.id = "ada"
  let shop = RegistryEntry.project(.init("shop", version: 3))
  var event = ChangeEvent()
  event.kind = .entryCreated
  let revision = Revision(rawValue: 8)
  switch arrival.header.method {
  case .createUser: return [arrival.answer(CreateUserResponse(user, revision: revision))]
  case .updateUser: return [arrival.answer(UpdateUserResponse(user, revision: revision))]
  case .deleteUser:
    return [arrival.answer(DeleteUserResponse(revokedTokens: 2, revision: revision))]
  case .getUser: return [arrival.answer(GetUserResponse(user, revision: revision))]
  case .setPassword: return [arrival.answer(SetPasswordResponse(revision: revision))]
  case .createEntry: return [arrival.answer(CreateEntryResponse(shop, revision: revision))]
  case .updateEntry: return [arrival.answer(UpdateEntryResponse(shop, revision: revision))]
  case .deleteEntry:
    return [arrival.answer(DeleteEntryResponse(revokedTokens: 4, revision: revision))]
  case .getEntry: return [arrival.answer(GetEntryResponse(shop, revision: revision))]
  case .listUsers:
    var response = ListUsersResponse()
    response.users = [user]
    response.nextPageToken = following(arrival.decoded(ListUsersRequest.self)?.pageToken)
    return [arrival.answer(response)]
  case .listEntries:
    var response = ListEntriesResponse()
    response.entries = [shop]
    response.nextPageToken = following(arrival.decoded(ListEntriesRequest.self)?.pageToken)
    return [arrival.answer(response)]
  case .listEvents:
    var response = ListEventsResponse()
    response.events = [event]
    response.nextPageToken = following(arrival.decoded(ListEventsRequest.self)?.pageToken)
    return [arrival.answer(response)]
  case .purge:
    var response = PurgeResponse()
    response.purged = 7
    response.nextPageToken = following(arrival.decoded(PurgeRequest.self)?.pageToken)
    return [arrival.answer(response)]
  default: return []
  }
}

private func following(_ pageToken: [UInt8]?) -> [UInt8] { pageToken == [] ? [1] : [] }

@Suite(.timeLimit(.minutes(2))) struct AdministrationTests {
  private let shop = RegistryEntry.project(.init("shop", version: 3))
  private let revision = Revision(rawValue: 8)

  private func lost(
    _ body: () async throws(TesseraError) -> Void, file: SourceLocation = #_sourceLocation
  ) async {
    let error = await failure(of: body)
    guard case .outcomeUnknown = error else {
      Issue.record("\(String(describing: error))", sourceLocation: file)
      return
    }
  }

  @Test func `users, entries and events reach the authority, and the answers come back`()
    async throws
  {
    let requests = Journal<Arrival>()
    let server = try TestServer { arrival in
      if arrival.header.method != .authenticate { requests.append(arrival) }
      return answer(arrival)
    }
    let client = try TesseraClient(server.configuration())
    let created = try await client.createUser(CreateUserRequest("ada", name: "Ada"))
    #expect(created.user.id == "ada" && created.revision == revision)
    #expect(requests.entries.last?.decoded(CreateUserRequest.self)?.name == "Ada")
    #expect(try await client.updateUser(UpdateUserRequest("ada")).user.id == "ada")
    #expect(try await client.user("ada").id == "ada")
    #expect(try await client.setPassword(Secret("correct horse"), of: "ada") == revision)
    #expect(
      requests.entries.last?.decoded(SetPasswordRequest.self)
        == SetPasswordRequest("ada", password: Secret("correct horse")))
    #expect(
      try await client.deleteUser("ada") == Deletion(revokedTokens: 2, revision: revision))
    #expect(try await client.createEntry(shop) == ChangedEntry(entry: shop, revision: revision))
    #expect(try await client.updateEntry(shop, ifVersion: 2).entry == shop)
    #expect(requests.entries.last?.decoded(UpdateEntryRequest.self)?.ifVersion == 2)
    #expect(try await client.updateEntry(shop).entry == shop)
    #expect(requests.entries.last?.decoded(UpdateEntryRequest.self)?.ifVersion == nil)
    #expect(try await client.entry(shop.key) == shop)
    #expect(
      try await client.deleteEntry(shop.key) == Deletion(revokedTokens: 4, revision: revision))
    await client.close()
  }

  @Test func `lists are followed from page to page, with what was asked`() async throws {
    let requests = Journal<Arrival>()
    let server = try TestServer { arrival in
      if arrival.header.method != .authenticate { requests.append(arrival) }
      return answer(arrival)
    }
    let client = try TesseraClient(server.configuration())
    var count = 0
    var users = ListUsersRequest()
    users.role = "Release Manager"
    for try await user in client.users(matching: users) where user.id == "ada" { count += 1 }
    for try await entry in client.entries(.project, text: "sh") where entry == shop { count += 1 }
    var events = ListEventsRequest()
    events.user = "ada"
    for try await event in client.events(matching: events) where event.kind == .entryCreated {
      count += 1
    }
    #expect(count == 6)
    #expect(try await client.purge(endedBefore: Timestamp(microseconds: 5)) == 14)
    let asked = requests.entries
    #expect(asked.count == 8)
    for (index, pageToken) in [[UInt8](), [1]].enumerated() {
      users.pageToken = pageToken
      events.pageToken = pageToken
      #expect(asked[index].decoded(ListUsersRequest.self) == users)
      var entries = ListEntriesRequest(.project)
      entries.text = "sh"
      entries.pageToken = pageToken
      #expect(asked[2 + index].decoded(ListEntriesRequest.self) == entries)
      #expect(asked[4 + index].decoded(ListEventsRequest.self) == events)
      var purge = PurgeRequest(endedBefore: Timestamp(microseconds: 5))
      purge.pageToken = pageToken
      #expect(asked[6 + index].decoded(PurgeRequest.self) == purge)
    }
    // A list may begin in the middle.
    #expect(try await client.users(matching: users).reduce(into: 0) { sum, _ in sum += 1 } == 1)
    await client.close()
  }

  @Test func `what may be repeated is, and nothing else`() async throws {
    let requests = Journal<Method?>()
    // Each request is lost at first, and each connection carries one.
    let server = try TestServer { arrival in
      guard arrival.header.method != .authenticate else { return [] }
      requests.append(arrival.header.method)
      return arrival.connection % 2 == 0 ? [.hangUp] : answer(arrival) + [.hangUp]
    }
    let client = try TesseraClient(server.configuration())
    var user = UpdateUserRequest("ada")
    user.ifVersion = 1
    _ = try await client.updateUser(user)
    _ = try await client.updateEntry(shop, ifVersion: 1)
    _ = try await client.user("ada")
    _ = try await client.listUsers(ListUsersRequest())
    _ = try await client.entry(shop.key)
    _ = try await client.listEntries(ListEntriesRequest(.role))
    _ = try await client.listEvents(ListEventsRequest())
    _ = try await client.purge(PurgeRequest(endedBefore: Timestamp(microseconds: 5)))
    let methods: [Method] = [
      .updateUser, .updateEntry, .getUser, .listUsers, .getEntry, .listEntries, .listEvents, .purge,
    ]
    #expect(requests.entries == methods.flatMap { [$0, $0] })
    await client.close()
  }

  @Test func `a lost change that may not be repeated is unknown`() async throws {
    let requests = Journal<Method?>()
    let server = try TestServer { arrival in
      guard arrival.header.method != .authenticate else { return [] }
      requests.append(arrival.header.method)
      return [.hangUp]
    }
    let client = try TesseraClient(server.configuration())
    let (shop, key) = (shop, shop.key)
    await lost { () throws(TesseraError) in
      _ = try await client.createUser(CreateUserRequest("ada"))
    }
    await lost { () throws(TesseraError) in
      _ = try await client.updateUser(UpdateUserRequest("ada"))
    }
    await lost { () throws(TesseraError) in _ = try await client.deleteUser("ada") }
    await lost { () throws(TesseraError) in _ = try await client.setPassword(nil, of: "ada") }
    await lost { () throws(TesseraError) in _ = try await client.createEntry(shop) }
    await lost { () throws(TesseraError) in _ = try await client.updateEntry(shop) }
    await lost { () throws(TesseraError) in _ = try await client.deleteEntry(key) }
    await lost { () throws(TesseraError) in
      _ = try await client.importTokens([ImportedToken(.client, .value(Secret("x")))])
    }
    #expect(
      requests.entries == [
        .createUser, .updateUser, .deleteUser, .setPassword, .createEntry, .updateEntry,
        .deleteEntry, .importTokens,
      ])
    await client.close()
  }

  @Test func `each imported token has its own outcome`() async throws {
    let id = TokenID(high: 1, low: 2)
    let held = Refusal(.alreadyExists, "a token with this value exists")
    let answers = Journal<ImportResponse>()
    answers.append(ImportResponse([ImportOutcome(id), ImportOutcome(held)], revision: revision))
    let server = try TestServer { arrival in
      guard arrival.header.method == .importTokens else { return [] }
      return [arrival.answer(answers.entries[answers.entries.count - 1])]
    }
    let client = try TesseraClient(server.configuration())
    let tokens = ["a", "b"].map { ImportedToken(.client, .value(Secret($0))) }
    let report = try await client.importTokens(tokens)
    #expect(report == ImportReport([.imported(id), .refused(held)], revision: revision))
    var nameless = ImportOutcome(id)
    nameless.id = nil
    for outcomes in [[ImportOutcome(id)], [ImportOutcome(id), nameless]] {
      answers.append(ImportResponse(outcomes, revision: revision))
      let error = await failure { () throws(TesseraError) in try await client.importTokens(tokens) }
      guard case .protocolViolation = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    await client.close()
  }
}
