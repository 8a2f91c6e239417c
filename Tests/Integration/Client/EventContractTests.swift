import TesseraClient
import Testing

/// What events tell, asked of an authority over TLS and of the one that stands in for it.
@Suite struct EventContractTests {
  private func client(_ project: ProjectID, _ environment: EnvironmentID) -> IssueRequest {
    var request = IssueRequest(.client, name: "checkout")
    request.projects = .one(project)
    request.environment = environment
    return request
  }

  @Test(arguments: AnyAuthority.allCases)
  func `events tell who did what to which, and stay when the token goes`(
    _ kind: AnyAuthority
  ) async throws {
    try await kind.with { authority in
      let issued = try await authority.issue(client("default", "production"))
      let id = try #require(issued.token.id)
      var update = UpdateRequest(id)
      update.name = "renamed"
      _ = try await authority.update(update)
      _ = try await authority.regenerate(RegenerateRequest(id))
      let revoked = try await authority.revoke([id])
      #expect(try await authority.purge(endedBefore: .earliest) == 0)
      // What ended in this very microsecond goes in the next.
      var purged = 0
      while purged == 0 { purged = try await authority.purge(endedBefore: .latest) }
      #expect(purged == 1)
      #expect(try await refusal { _ = try await authority.token(id) } == "NOT_FOUND id")
      #expect(try await authority.validate(#require(issued.value)).verdict == .notFound)
      _ = try await authority.createEntry(.project(.init("shop")))
      _ = try await authority.deleteEntry(.project("shop"))

      var request = ListEventsRequest()
      request.token = id
      request.pageSize = 2
      var events: [ChangeEvent] = []
      for try await event in authority.events(matching: request) { events.append(event) }
      #expect(
        events.map(\.kind) == [
          .tokenPurged, .tokenRevoked, .tokenRegenerated, .tokenUpdated, .tokenIssued,
        ])
      #expect(events.allSatisfy { $0.tokens == [id] && $0.tokenCount == 1 && $0.actor != nil })
      #expect(events[1].revision == revoked.revision && events[1].at != nil)
      request = ListEventsRequest()
      request.entry = .project("shop")
      events = try await authority.listEvents(request).elements
      #expect(events.map(\.kind) == [.entryRemoved, .entryCreated])
      request.kinds = [.entryCreated]
      #expect(try await authority.listEvents(request).elements.count == 1)
      request.before = events[1].at
      #expect(try await authority.listEvents(request).elements.isEmpty)
      request = ListEventsRequest()
      request.user = "ada"
      #expect(try await authority.listEvents(request).elements.isEmpty)
      #expect(
        try await refusal { _ = try await authority.purge(PurgeRequest()) }
          == "INVALID_ARGUMENT ended_before")
    }
  }

  /// What each event tells of fields, the oldest first: `TOKEN_UPDATED name: checkout → till`.
  private func told(_ events: [ChangeEvent]) -> [String] {
    events.reversed().map { event in
      let changes = event.changes.map { "\($0.field): \($0.before) → \($0.after)" }
      return "\(event.kind?.name ?? "") \(changes.joined(separator: "; "))"
    }
  }

  private func told(of authority: some AuthorityAdministration) async throws -> [String] {
    var events: [ChangeEvent] = []
    for try await event in authority.events(matching: ListEventsRequest()) { events.append(event) }
    return told(events)
  }

  private func changeTokens(_ authority: some AuthorityAdministration) async throws {
    let end = Timestamp(microseconds: 4_000_000_000_000_000)
    var request = client("default", "production")
    request.description = String(repeating: "long ", count: 100)
    request.scopes = .some(sets: ["CLIENT"], methods: ["features.read"])
    let id = try #require(try await authority.issue(request).token.id)
    var update = UpdateRequest(id)
    update.name = "till"
    update.description = request.description + "and longer"
    update.scopes = .all
    update.expiry = .at(end)
    _ = try await authority.update(update)
    _ = try await authority.regenerate(RegenerateRequest(id, overlap: .milliseconds(90_500)))
    _ = try await authority.regenerate(RegenerateRequest(id, expiry: .never))
    var service = IssueRequest(.service, name: "gateway")
    service.permissions = [
      PermissionGrant(.tokensValidate, kinds: KindSet(.client), projects: ["default"])
    ]
    _ = try await authority.issue(service)
    _ = try await authority.revoke([id], reason: "lost")
    var other = RevokeFilter()
    other.kinds = KindSet(.service)
    _ = try await authority.revoke(matching: other)
    let hash = String(repeating: "0123456789abcdef", count: 4)
    _ = try await authority.importTokens(
      ["first", "second"].map { name in
        var token = ImportedToken(
          .client, .value(Secret(name == "first" ? hash : String(hash.reversed()))), name: name)
        token.projects = .one("default")
        token.environment = "production"
        return token
      })
    var moment = try #require(try await authority.token(id).revocation?.at)
    moment = moment + .microseconds(1)
    // What ended in this very microsecond goes in the next.
    while try await authority.purge(endedBefore: moment) == 0 {}
  }

  private func changePeople(_ authority: some AuthorityAdministration) async throws {
    _ = try await authority.createEntry(.project(.init("shop", description: "a shop")))
    _ = try await authority.createEntry(.method(.init("a.b", link: "https://docs.example.com")))
    _ = try await authority.createEntry(.scopeSet(.init("Set", methods: ["a.b"])))
    _ = try await authority.updateEntry(
      .scopeSet(.init("Set", methods: ["a.b", "metrics.send"])), ifVersion: nil)
    let grant = Grant(
      .project("shop"), scopes: .some(sets: ["Set"], methods: []), createsTokens: true)
    _ = try await authority.createEntry(.role(.init("Keeper", grants: [grant])))
    var bob = CreateUserRequest("bob", name: "Bob")
    bob.roles = ["Keeper"]
    bob.password = Secret("correct horse")
    _ = try await authority.createUser(bob)
    var change = UpdateUserRequest("bob")
    change.name = "Robert"
    change.grants = [Grant(.allProjects, hidesTokens: true)]
    change.isDisabled = true
    _ = try await authority.updateUser(change)
    _ = try await authority.setPassword(nil, of: "bob")
    change = UpdateUserRequest("bob")
    change.isDisabled = false
    _ = try await authority.updateUser(change)
    var personal = IssueRequest(.personal, name: "laptop")
    personal.owner = "bob"
    personal.expiry = .never
    _ = try await authority.issue(personal)
    let first = try await authority.issue(client("shop", "production")).token.id
    var copy = IssueRequest()
    copy.copyOf = first
    copy.environment = "development"
    _ = try await authority.issue(copy)
    _ = try await authority.deleteEntry(.environment("production"))
    _ = try await authority.deleteEntry(.project("shop"))
    _ = try await authority.deleteUser("bob")
  }

  @Test func `events tell in memory which fields changed as they do elsewhere`() async throws {
    var found: [[String]] = []
    for kind in AnyAuthority.allCases {
      try await kind.with { authority in
        let before = try await told(of: authority).count
        try await changeTokens(authority)
        try await changePeople(authority)
        found.append(Array(try await told(of: authority).dropFirst(before)))
      }
    }
    // Ids and moments are each authority's own.
    let (served, inMemory) = (found[0].map(withoutOwn), found[1].map(withoutOwn))
    for (served, inMemory) in zip(served, inMemory) { #expect(inMemory == served) }
    #expect(inMemory.count == served.count && served.count > 25)
    #expect(served[1].hasPrefix("TOKEN_UPDATED name: checkout → till; description: …"))
    #expect(served.contains("TOKEN_REGENERATED overlap:  → 90.500000000s"))
    #expect(served.contains("USER_REMOVED revoked_tokens:  → 1"))
  }

  private func withoutOwn(_ line: String) -> String {
    line.split(separator: "; ").filter {
      !$0.contains("copy_of: ") && !$0.contains("ended_before: ")
    }.joined(separator: "; ")
  }
}
