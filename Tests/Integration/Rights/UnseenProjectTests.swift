import Testing
import TesseraCrypto
import TesseraModel
import TesseraWire

/// A caller limited to some projects learns nothing of others, not even that they exist.
@Suite struct UnseenProjectTests {
  /// Each call about a project, for a caller that is limited to another.
  private static let questions:
    [(name: String, ask: @Sendable (Asker, ProjectID) throws -> String)] = [
      (
        "Validate",
        { asker, project in
          try asker.answer(ValidateRequest(token: asker.visible.value).asking(project))
        }
      ),
      (
        "Issue",
        { asker, project in
          try asker.answer(TestClient.request(.client) { $0.projects = .one(project) })
        }
      ),
      (
        "Issue, list",
        { asker, project in
          try asker.answer(
            TestClient.request(.client) { $0.projects = .list(["project-a", project]) })
        }
      ),
      (
        "Issue, permissions",
        { asker, project in
          try asker.answer(
            TestClient.request(.service) {
              $0.permissions = [PermissionGrant(.tokensRead, projects: [project])]
            })
        }
      ),
      (
        "Update",
        { asker, project in
          var request = UpdateRequest(asker.listed.id)
          request.projects = ["project-a", project]
          return try asker.answer(request)
        }
      ),
      (
        "Import",
        { asker, project in
          var token = ImportedToken(.client, .sha256(Digest.sample))
          token.projects = .one(project)
          token.environment = "production"
          return try asker.answer(ImportRequest([token]))
        }
      ),
      (
        "List",
        { asker, project in
          var request = ListRequest()
          request.project = project
          return try asker.answer(request)
        }
      ),
      (
        "Revoke",
        { asker, project in
          var filter = RevokeFilter()
          filter.project = project
          return try asker.answer(RevokeRequest(.filter(filter)))
        }
      ),
      (
        "ListEvents",
        { asker, project in
          var request = ListEventsRequest()
          request.entry = .project(project)
          return try asker.answer(request)
        }
      ),
      (
        "ListUsers",
        { asker, project in
          var request = ListUsersRequest()
          request.project = project
          return try asker.answer(request)
        }
      ),
      (
        "CreateUser",
        { asker, project in
          var request = CreateUserRequest("new")
          request.grants = [.member(project)]
          return try asker.answer(request)
        }
      ),
      (
        "UpdateUser",
        { asker, project in
          var request = UpdateUserRequest("bob")
          request.grants = [.member(project)]
          return try asker.answer(request)
        }
      ),
      (
        "CreateEntry, role",
        { asker, project in
          try asker.answer(CreateEntryRequest(.role(.init("New", grants: [.member(project)]))))
        }
      ),
      (
        "UpdateEntry",
        { asker, project in
          try asker.answer(UpdateEntryRequest(.project(.init(project, description: "mine"))))
        }
      ),
      ("GetEntry", { try $0.answer(GetEntryRequest(.project($1))) }),
      (
        "ListEntries",
        { asker, project in
          var request = ListEntriesRequest(.project)
          request.text = project.text
          return try asker.answer(request)
        }
      ),
      ("DeleteEntry", { try $0.answer(DeleteEntryRequest(.project($1))) }),
      ("CreateEntry", { try $0.answer(CreateEntryRequest(.project(.init($1)))) }),
    ]

  /// A caller, and what it may know of.
  struct Asker {
    let client: TestClient
    let visible: TestClient.Issued
    let listed: TestClient.Issued

    /// What it is answered, in words that do not name the project or the moment.
    func answer<Request: RequestMessage>(_ request: Request) throws -> String {
      do {
        return "\(try client.call(request))"
      } catch let refusal as Refusal {
        return "\(refusal.code) \(refusal.field) \(refusal.message)"
      }
    }
  }

  @Test(arguments: [MatrixCaller.limitedService, .personal, .scopedPersonal])
  func `a project that exists elsewhere is answered as one that does not`(
    _ caller: MatrixCaller
  ) throws {
    let matrix = try Matrix(caller)
    let product = matrix.product
    _ = try product.client(.one("project-b"))
    let asker = Asker(
      client: matrix.client, visible: try product.client(.one("project-a")),
      listed: try product.client(.list(["project-a"])))
    for (name, ask) in UnseenProjectTests.questions {
      let existing = try ask(asker, "project-b").replacing("project-b", with: "it")
      let missing = try ask(asker, "project-x").replacing("project-x", with: "it")
      #expect(existing == missing, "\(caller): \(name)")
    }
  }

  /// That the questions above can tell: who sees every project is answered otherwise. Nobody's
  /// token is for a project because it exists, and one that was deleted a question before can be
  /// created.
  @Test func `an administrator can tell by each of these calls`() throws {
    let matrix = try Matrix(.admin)
    let product = matrix.product
    _ = try product.client(.one("project-b"))
    let asker = Asker(
      client: matrix.client, visible: try product.client(.one("project-a")),
      listed: try product.client(.list(["project-a"])))
    for (name, ask) in UnseenProjectTests.questions
    where !["Validate", "CreateEntry"].contains(name) {
      let existing = try ask(asker, "project-b").replacing("project-b", with: "it")
      let missing = try ask(asker, "project-x").replacing("project-x", with: "it")
      #expect(existing != missing, "\(name)")
    }
  }

  @Test(arguments: [MatrixCaller.limitedService, .personal, .scopedPersonal])
  func `what belongs to another project is answered as what does not exist`(
    _ caller: MatrixCaller
  ) throws {
    let matrix = try Matrix(caller)
    let hidden = try matrix.product.client(.one("project-b"))
    let client = matrix.client
    let asker = Asker(client: client, visible: hidden, listed: hidden)
    func answers(_ id: TokenID) throws -> [String] {
      var copy = IssueRequest()
      copy.copyOf = id
      let answers = try [
        asker.answer(GetRequest(id)), asker.answer(matrix.update(id)),
        asker.answer(RegenerateRequest(id)), asker.answer(RevokeRequest(.ids([id]))),
        asker.answer(copy),
      ]
      return answers.map { $0.replacing("\(id)", with: "it") }
    }
    #expect(try answers(hidden.id) == answers(TokenID(high: 1, low: 1)))
    var events = ListEventsRequest()
    events.token = hidden.id
    #expect(try client.call(events).events.isEmpty)
    let listed = try client.list()
    #expect(listed.allSatisfy { $0.id != hidden.id })
    #expect(
      try client.call(ListEntriesRequest(.project)).entries.map(\.key) == [.project("project-a")])
  }
}

extension ValidateRequest {
  fileprivate func asking(_ project: ProjectID) -> ValidateRequest {
    var request = self
    request.project = project
    return request
  }
}

extension Digest {
  fileprivate static let sample: Digest = {
    let bytes: [UInt8] = [1]
    return unsafe SHA256.digest(of: bytes.span.bytes)
  }()
}
