import TesseraClient
import Testing

/// What holds of whatever keeps users, the registry and events, asked of an authority over TLS and
/// of the one that stands in for it.
@Suite struct AdministrationContractTests {
  private func client(_ project: ProjectID, _ environment: EnvironmentID) -> IssueRequest {
    var request = IssueRequest(.client, name: "checkout")
    request.projects = .one(project)
    request.environment = environment
    return request
  }

  private func names(
    _ type: RegistryType, _ text: String = "", in authority: some AuthorityAdministration
  ) async throws -> [String] {
    var names: [String] = []
    for try await entry in authority.entries(type, text: text) { names.append(entry.key.text) }
    return names
  }

  @Test func `a new authority has the same in memory`() async throws {
    var found: [[RegistryEntry]] = []
    for kind in AnyAuthority.allCases {
      try await kind.with { authority in
        var entries: [RegistryEntry] = []
        for type in RegistryType.allCases {
          entries += try await authority.listEntries(ListEntriesRequest(type)).elements
        }
        found.append(entries)
      }
    }
    #expect(found[0].count > 10)
    #expect(found[0] == found[1])
  }

  @Test(arguments: AnyAuthority.allCases)
  func `entries are made, changed, found and removed`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let shop = RegistryEntry.Project("shop", description: "The web shop")
      let created = try await authority.createEntry(.project(shop))
      #expect(created.entry == .project(shop))
      #expect(
        try await refusal { _ = try await authority.createEntry(.project(shop)) }
          == "ALREADY_EXISTS entry.key")
      var changed = shop
      changed.description = "Two shops"
      let updated = try await authority.updateEntry(.project(changed), ifVersion: 1)
      #expect(updated.entry.version == 2 && updated.revision == created.revision.next)
      #expect(try await authority.updateEntry(.project(changed), ifVersion: 1) == updated)
      changed.description = "Three shops"
      let stale = changed
      #expect(
        try await refusal { _ = try await authority.updateEntry(.project(stale), ifVersion: 1) }
          == "ABORTED if_version")
      #expect(try await authority.entry(.project("shop")) == updated.entry)
      #expect(try await names(.project, "SHOP", in: authority) == ["shop"])
      for entry in [
        RegistryEntry.method(.init("orders.read", link: "https://docs.example.com")),
        .scopeSet(.init("Orders", methods: ["orders.read"])), .environment(.init("staging")),
        .role(.init("reader", grants: [Grant(.allProjects, scopes: .all)])),
      ] { #expect(try await authority.createEntry(entry).entry == entry) }
      var request = ListEntriesRequest(.method)
      request.pageSize = 2
      let first = try await authority.listEntries(request)
      request.pageToken = first.nextPageToken
      request.pageSize = 100
      let rest = try await authority.listEntries(request)
      #expect(
        (first.elements + rest.elements).map(\.key.text) == [
          "applications.register", "features.evaluate", "features.read", "metrics.send",
          "orders.read",
        ])
      request.type = .role
      let foreign = request
      #expect(
        try await refusal { _ = try await authority.listEntries(foreign) }
          == "INVALID_ARGUMENT page_token")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `entries are refused alike, and the field is named`(_ kind: AnyAuthority) async throws {
    let long = String(repeating: "x", count: 1001)
    let faults: [(String, RegistryEntry)] = [
      ("entry.description", .project(.init("a", description: long))),
      ("entry.key", .project(.init("user"))),
      ("entry.link", .method(.init("a", link: "ftp://example.com"))),
      ("entry.methods", .scopeSet(.init("a", methods: ["nothing"]))),
      ("entry.grants[0].project", .role(.init("a", grants: [Grant(.project("nowhere"))]))),
      (
        "entry.grants[1].permissions",
        .role(
          .init("a", grants: [Grant(.allProjects), Grant(.global, permissions: [.usersActAs])]))
      ),
      ("entry.grants[0].scopes", .role(.init("a", grants: [Grant(.global, scopes: .kindDefault)]))),
      (
        "entry.grants[0].create_project_api_token",
        .role(.init("a", grants: [Grant(.global, createsTokens: true)]))
      ),
    ]
    try await kind.with { authority in
      for (field, entry) in faults {
        let answer = try await refusal { _ = try await authority.createEntry(entry) }
        #expect(answer == "INVALID_ARGUMENT \(field)")
      }
      func refused(_ body: () async throws -> Void) async throws -> String? {
        try await refusal(body)
      }
      #expect(
        try await refused { _ = try await authority.deleteEntry(.scopeSet("CLIENT")) }
          == "FAILED_PRECONDITION key")
      #expect(
        try await refused { _ = try await authority.deleteEntry(.role("x")) } == "NOT_FOUND key")
      #expect(try await refused { _ = try await authority.entry(.role("x")) } == "NOT_FOUND key")
      #expect(
        try await refused { _ = try await authority.updateEntry(.role(.init("x"))) }
          == "NOT_FOUND entry.key")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `what is removed is taken out of all that named it`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      for project in ["shop", "site"] as [ProjectID] {
        _ = try await authority.createEntry(.project(.init(project)))
      }
      _ = try await authority.createEntry(.method(.init("orders.read")))
      _ = try await authority.createEntry(.scopeSet(.init("Orders", methods: ["orders.read"])))
      let grant = Grant(.project("shop"), scopes: .some(sets: ["Orders"], methods: []))
      _ = try await authority.createEntry(.role(.init("reader", grants: [grant])))
      var bob = CreateUserRequest("bob")
      bob.grants = [grant, Grant(.project("site"), scopes: grant.scopes)]
      bob.roles = ["reader"]
      _ = try await authority.createUser(bob)
      let own = try await authority.issue(client("shop", "production"))
      var request = client("shop", "production")
      request.projects = .list(["shop", "site"])
      request.scopes = .some(sets: ["Orders"], methods: ["orders.read"])
      let listed = try await authority.issue(request)

      let removed = try await authority.deleteEntry(.project("shop"))
      #expect(removed.revokedTokens == 1)
      let verdict = try await authority.validate(
        #require(own.value), minRevision: removed.revision
      ).verdict
      #expect(verdict == .revoked)
      var token = try await authority.token(#require(own.token.id))
      #expect(token.projects == .list([]) && token.revocation?.reason == "the project was removed")
      #expect(token.version == 2)
      token = try await authority.token(#require(listed.token.id))
      #expect(token.projects == .list(["site"]) && token.version == 1)
      var user = try await authority.user("bob")
      #expect(user.grants.map(\.place) == [.project("site")] && user.version == 1)
      #expect(try await authority.entry(.role("reader")) == .role(.init("reader")))

      // Anew, it brings nothing back.
      _ = try await authority.createEntry(.project(.init("shop")))
      let value = try #require(listed.value)
      #expect(try await authority.validate(value, project: "shop").verdict == .wrongProject)
      _ = try await authority.deleteEntry(.scopeSet("Orders"))
      #expect(try await authority.validate(value, method: "orders.read").isAllowed)
      _ = try await authority.deleteEntry(.method("orders.read"))
      token = try await authority.token(#require(listed.token.id))
      #expect(token.scopes == .some(sets: [], methods: []))
      #expect(try await authority.validate(value, method: "orders.read").verdict == .missingScope)
      _ = try await authority.deleteEntry(.role("reader"))
      user = try await authority.user("bob")
      #expect(user.roles.isEmpty && user.grants[0].scopes == .some(sets: [], methods: []))
      let environment = try await authority.deleteEntry(.environment("production"))
      #expect(environment.revokedTokens == 1)
      #expect(try await authority.token(#require(listed.token.id)).environment == nil)
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `users are made, changed, found and removed, and their tokens with them`(
    _ kind: AnyAuthority
  ) async throws {
    try await kind.with { authority in
      var bob = CreateUserRequest("bob", name: "Bob")
      bob.grants = [Grant(.allProjects, scopes: .all)]
      let created = try await authority.createUser(bob)
      #expect(created.user.version == 1 && !created.user.hasPassword)
      let request = bob
      #expect(
        try await refusal { _ = try await authority.createUser(request) } == "ALREADY_EXISTS id")
      var change = UpdateUserRequest("bob")
      change.name = "Robert"
      change.ifVersion = 1
      let changed = try await authority.updateUser(change)
      #expect(changed.user.name == "Robert" && changed.user.version == 2)
      #expect(try await authority.updateUser(change) == changed)
      change.isDisabled = true
      let stale = change
      #expect(
        try await refusal { _ = try await authority.updateUser(stale) } == "ABORTED if_version")
      let before = try await authority.health().revision
      #expect(try await authority.setPassword(nil, of: "bob") == before)
      #expect(try await authority.setPassword(Secret("correct horse"), of: "bob") == before.next)
      #expect(try await authority.user("bob").hasPassword)
      #expect(try await authority.user("bob").version == 3)
      _ = try await authority.createUser(CreateUserRequest("eve"))

      var list = ListUsersRequest()
      list.pageSize = 1
      var ids: [UserID?] = []
      for try await user in authority.users(matching: list) { ids.append(user.id) }
      #expect(ids == ["ada", "bob", "eve"])
      list.pageSize = 0
      list.text = "ROB"
      #expect(try await authority.listUsers(list).elements.map(\.id) == ["bob"])
      list.text = ""
      list.project = "default"
      #expect(try await authority.listUsers(list).elements.map(\.id) == ["bob"])

      var personal = IssueRequest(.personal, name: "laptop")
      personal.owner = "bob"
      let value = try #require(try await authority.issue(personal).value)
      #expect(try await authority.user("bob").tokens == 1)
      let deletion = try await authority.deleteUser("bob")
      #expect(deletion.revokedTokens == 1)
      #expect(
        try await authority.validate(value, minRevision: deletion.revision).verdict == .revoked)
      #expect(try await refusal { _ = try await authority.user("bob") } == "NOT_FOUND id")
      #expect(try await refusal { _ = try await authority.deleteUser("bob") } == "NOT_FOUND id")
      let nobody = personal
      #expect(
        try await refusal { _ = try await authority.issue(nobody) } == "INVALID_ARGUMENT owner")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `users are refused alike, and the field is named`(_ kind: AnyAuthority) async throws {
    let faults: [(String, (inout CreateUserRequest) -> Void)] = [
      ("id", { $0.id = nil }), ("name", { $0.name = "a\nb" }), ("roles", { $0.roles = ["nobody"] }),
      ("password", { $0.password = Secret("short") }),
      ("grants[0].project", { $0.grants = [Grant(.project("nowhere"))] }),
      (
        "grants[0].scopes.methods",
        { $0.grants = [Grant(.global, scopes: .some(sets: [], methods: ["nothing"]))] }
      ),
      (
        "grants[0].scopes.some",
        { $0.grants = [Grant(.global, scopes: .some(sets: [], methods: []))] }
      ),
      ("grants[0].permissions", { $0.grants = [Grant(.allProjects, permissions: [.usersRead])] }),
    ]
    try await kind.with { authority in
      for (field, spoil) in faults {
        var request = CreateUserRequest("bob")
        spoil(&request)
        let asked = request
        let answer = try await refusal { _ = try await authority.createUser(asked) }
        #expect(answer == "INVALID_ARGUMENT \(field)")
      }
      #expect(
        try await refusal { _ = try await authority.updateUser(UpdateUserRequest("ada")) }
          == "INVALID_ARGUMENT")
      #expect(
        try await refusal { _ = try await authority.updateUser(UpdateUserRequest("bob")) }
          == "NOT_FOUND id")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `a PERSONAL token opens what its owner may do now`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      _ = try await authority.createEntry(.project(.init("shop")))
      _ = try await authority.createEntry(
        .role(.init("evaluator", grants: [Grant(.global, scopes: .all)])))
      var bob = CreateUserRequest("bob")
      bob.grants = [
        Grant(.project("shop"), scopes: .some(sets: [], methods: ["features.read"]))
      ]
      _ = try await authority.createUser(bob)
      var personal = IssueRequest(.personal, name: "laptop")
      personal.owner = "bob"
      let value = try #require(try await authority.issue(personal).value)
      func verdict(
        _ project: ProjectID?, _ method: MethodName?, _ environment: EnvironmentID? = nil
      ) async throws -> Verdict? {
        try await authority.validate(
          value, project: project, environment: environment, method: method
        ).verdict
      }
      #expect(try await verdict("shop", "features.read", "production") == .allowed)
      #expect(try await verdict("shop", nil, "moon") == .wrongEnvironment)
      #expect(try await verdict("default", nil) == .wrongProject)
      #expect(try await verdict("shop", "metrics.send") == .missingScope)
      #expect(try await verdict(nil, "metrics.send") == .missingScope)
      #expect(try await verdict(nil, "nothing") == .missingScope)
      var change = UpdateUserRequest("bob")
      change.roles = ["evaluator"]
      _ = try await authority.updateUser(change)
      // A grant for the global place is for no project.
      #expect(try await verdict(nil, "metrics.send") == .allowed)
      #expect(try await verdict("shop", "metrics.send") == .missingScope)
      change.isAdmin = true
      _ = try await authority.updateUser(change)
      #expect(try await verdict("default", "metrics.send") == .allowed)
      #expect(try await verdict("default", "nothing") == .missingScope)
      change.isDisabled = true
      _ = try await authority.updateUser(change)
      #expect(try await verdict(nil, nil) == .ownerInactive)
      let disabled = personal
      #expect(
        try await refusal { _ = try await authority.issue(disabled) } == "INVALID_ARGUMENT owner")
      change.isDisabled = false
      _ = try await authority.updateUser(change)
      #expect(try await verdict(nil, nil) == .allowed)
    }
  }
}
