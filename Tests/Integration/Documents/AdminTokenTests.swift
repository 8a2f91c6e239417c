import Testing
import TesseraModel
import TesseraWire

/// "Admin tokens".
@Suite("API tokens and client keys: admin tokens") struct AdminTokenTests {
  @Test("Admin tokens grant full read and write access to all resources")
  func everything() throws {
    let product = try Product()
    let token = try product.admin.issue(.admin)
    for method in [Product.start, Product.stop, "features.read", "metrics.send"] {
      #expect(try product.verdict(token.value, method: method) == .allowed)
    }
    let caller = try product.authority.connect(as: token.value)
    #expect(try caller.call(WhoAmIRequest()).caller?.isAdmin == true)
    try readAndWriteEntries(caller)
    try readAndWriteUsers(caller)
    try readAndWriteTokens(caller)
    #expect(try caller.call(SnapshotRequest()).revision > .zero)
    let backup = try caller.call(BeginBackupRequest()).backup
    _ = try caller.call(EndBackupRequest(backup))
    // Each kind of change was made, and the token's holder reads of it.
    let kinds = Set(try caller.events().compactMap(\.kind))
    #expect(kinds == Set(EventKind.allCases))
  }

  private func readAndWriteEntries(_ caller: TestClient) throws {
    let entries: [RegistryEntry] = [
      .project(.init("new")), .environment(.init("new")), .method(.init("new")),
      .scopeSet(.init("New")), .role(.init("New", grants: [.member("project-a")])),
    ]
    for entry in entries {
      try caller.create(entry)
      #expect(try caller.call(UpdateEntryRequest(entry)).entry == entry)
      #expect(try caller.call(GetEntryRequest(entry.key)).entry == entry)
      let listed = try caller.call(ListEntriesRequest(entry.key.type)).entries
      #expect(listed.contains(entry))
      _ = try caller.call(DeleteEntryRequest(entry.key))
      #expect(try caller.refusal(of: GetEntryRequest(entry.key)).code == .notFound)
    }
    var changed = RegistryEntry.Project("project-b")
    changed.description = "changed"
    _ = try caller.call(UpdateEntryRequest(.project(changed)))
  }

  private func readAndWriteUsers(_ caller: TestClient) throws {
    try caller.createUser("ada", [.creator("project-a")])
    try caller.createUser("root", isAdmin: true)
    try caller.updateUser("root") { $0.name = "Changed" }
    _ = try caller.call(SetPasswordRequest("root", password: Secret("correct horse battery")))
    #expect(try caller.call(GetUserRequest("root")).user?.hasPassword == true)
    #expect(try caller.call(ListUsersRequest()).users.map(\.id) == ["ada", "root"])
    _ = try caller.call(DeleteUserRequest("root"))
    #expect(try caller.call(ListUsersRequest()).users.map(\.id) == ["ada"])
  }

  private func readAndWriteTokens(_ caller: TestClient) throws {
    for kind in [TokenKind.admin, .personal, .client, .frontend, .service] {
      let issued = try caller.issue(kind)
      try caller.update(issued.id) { $0.name = "changed" }
      let value = try #require(try caller.call(RegenerateRequest(issued.id)).value)
      #expect(try caller.verdict(value) { $0.kinds = .all } == .allowed)
      #expect(try caller.list().last?.name == "changed")
      try caller.revoke([issued.id])
      #expect(try caller.get(issued.id).state == .revoked)
    }
    _ = try caller.importToken(.admin, .value(Secret(String(repeating: "0123abcd", count: 8))))
    #expect(try caller.call(PurgeRequest(endedBefore: .latest)).purged == 5)
  }

  @Test("Admin tokens have access to all projects")
  func allProjects() throws {
    let product = try Product()
    let token = try product.admin.issue(.admin)
    try product.admin.createProjects("later")
    for project: ProjectID in ["default", "project-a", "later"] {
      #expect(try product.verdict(token.value, project: project) == .allowed)
    }
    #expect(try product.verdict(token.value, project: "nowhere") == .wrongProject)
  }

  @Test("Admin tokens have access to all environments")
  func allEnvironments() throws {
    let product = try Product()
    let token = try product.admin.issue(.admin)
    for environment: EnvironmentID in ["development", "production"] {
      #expect(try product.verdict(token.value, environment: environment) == .allowed)
    }
    let bound = try product.admin.refusal(
      of: TestClient.request(.admin) { $0.environment = "production" })
    #expect(bound.code == .invalidArgument && bound.field == "environment")
  }

  @Test("Admin tokens have access to all global resources")
  func globalResources() throws {
    let product = try Product()
    let caller = try product.authority.connect(as: product.admin.issue(.admin).value)
    try caller.createMethods("settings.write")
    let token = try product.admin.issue(.admin)
    #expect(try product.verdict(token.value, method: "settings.write") == .allowed)
    #expect(try caller.call(ListUsersRequest()).users.isEmpty)
    #expect(try !caller.events().isEmpty)
  }

  @Test("Use admin tokens to automate: creating projects, and so on")
  func automates() throws {
    let product = try Product()
    let script = try product.authority.connect(as: product.admin.issue(.admin).value)
    try script.createProjects("made-by-script")
    try script.createUser("ada", [.creator("made-by-script")])
    #expect(try script.call(GetEntryRequest(.project("made-by-script"))).entry != nil)
    let token = try script.issue(.client) { $0.projects = .one("made-by-script") }
    #expect(try product.verdict(token.value, project: "made-by-script") == .allowed)
  }

  @Test("Use admin tokens to write custom UIs that replace the admin UI")
  func customInterface() throws {
    let product = try Product()
    let issued = try product.admin.issue(.admin)
    #expect(try product.admin.get(issued.id).expiresAt == nil, "it does not end unless asked to")
    try product.admin.createUser("ada", [.creator("project-a")])
    let dashboard = try product.authority.connect(as: issued.value)
    // It also makes a user's changes for them, with the user's rights.
    let token = try dashboard.issue(.client) {
      $0.projects = .one("project-a")
      $0.context = CallContext(actAs: "ada")
    }
    #expect(try dashboard.get(token.id).createdBy == .user("ada", through: issued.id))
  }

  @Test("Do not use admin tokens for client SDKs")
  func notForClients() throws {
    let product = try Product()
    let token = try product.admin.issue(.admin)
    #expect(try product.verdict(token.value, kind: .client) == .wrongKind)
    #expect(try product.verdict(token.value, kind: .frontend) == .wrongKind)
  }

  /// What the document says is being planned.
  @Test("Scoped admin tokens with more fine-grained permissions: SERVICE tokens")
  func scopedAdmins() throws {
    let product = try Product()
    let narrowed = try product.admin.refusal(
      of: TestClient.request(.admin) { $0.scopes = .methods([Product.stop]) })
    #expect(narrowed.code == .invalidArgument && narrowed.field == "scopes")
    let reader = try product.authority.connect(
      as: product.admin.issue(.service) {
        $0.permissions = [PermissionGrant(.tokensRead, projects: ["project-a"])]
      }.value)
    let visible = try product.client(.one("project-a"))
    _ = try product.client(.one("project-b"))
    #expect(try reader.list { $0.kinds = KindSet(.client) }.map(\.id) == [visible.id])
    #expect(try reader.refusal(of: TestClient.request(.client)).code == .permissionDenied)
  }
}
