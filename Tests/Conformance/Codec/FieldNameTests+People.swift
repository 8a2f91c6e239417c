import TesseraModel
import TesseraWire
import Testing

// The messages for users, the registry, imports and events.
extension FieldNameTests {
  static let context = CallContext(actAs: "u", password: Secret("p"))
  static let contextText = #"context { act_as: "u" password: "p" }"#
  static let grants = [
    Grant(
      .project(project), scopes: scopes, createsTokens: true, hidesTokens: true,
      permissions: [.usersRead]),
    Grant(.allProjects), Grant(.global),
  ]
  static let grantsText =
    #"grants { project: "p" \#(scopesText) create_project_api_token: 1 "#
    + "no_read_project_api_token: 1 permissions: 7 } grants { all_projects: 1 } grants { global: 1 }"

  @Test func `for whom a call is made`() {
    func expect(_ request: some ContextualRequest, _ name: String) {
      var request = request
      request.context = FieldNameTests.context
      self.expect(request, name, " " + FieldNameTests.contextText)
    }
    expect(BeginBackupRequest(), "BeginBackupRequest")
    expect(CreateEntryRequest(), "CreateEntryRequest")
    expect(CreateUserRequest(), "CreateUserRequest")
    expect(DeleteEntryRequest(), "DeleteEntryRequest")
    expect(DeleteUserRequest(), "DeleteUserRequest")
    expect(EndBackupRequest(), "EndBackupRequest")
    expect(GetEntryRequest(), "GetEntryRequest")
    expect(GetRequest(), "GetRequest")
    expect(GetUserRequest(), "GetUserRequest")
    expect(ImportRequest(), "ImportRequest")
    expect(IssueRequest(), "IssueRequest")
    expect(ListEntriesRequest(), "ListEntriesRequest")
    expect(ListEventsRequest(), "ListEventsRequest")
    expect(ListRequest(), "ListRequest")
    expect(ListUsersRequest(), "ListUsersRequest")
    expect(PurgeRequest(), "PurgeRequest")
    expect(ReadBackupRequest(), "ReadBackupRequest")
    expect(RegenerateRequest(), "RegenerateRequest")
    expect(RevokeRequest(), "RevokeRequest")
    expect(SetPasswordRequest(), "SetPasswordRequest")
    expect(SnapshotRequest(), "SnapshotRequest")
    expect(UpdateEntryRequest(), "UpdateEntryRequest")
    expect(UpdateRequest(), "UpdateRequest")
    expect(UpdateUserRequest(), "UpdateUserRequest")
    expect(WhoAmIRequest(), "WhoAmIRequest")
    let schema = Oracle.all.filter { $0.fields.contains { $0.name == "context" } }
    #expect(schema.count == 25, "a request whose context no line here looks at")
  }

  @Test func users() {
    var create = CreateUserRequest("u", name: "n")
    create.isAdmin = true
    create.grants = FieldNameTests.grants
    create.roles = ["Release Manager"]
    create.password = Secret("s")
    let holds = #"\#(FieldNameTests.grantsText) roles: "Release Manager""#
    expect(
      create, "CreateUserRequest", #" id: "u" name: "n" admin: 1 \#(holds) password: "s""#)
    create.isAdmin = false
    create.isDisabled = true
    expect(
      create, "CreateUserRequest", #" id: "u" name: "n" disabled: 1 \#(holds) password: "s""#)

    var update = UpdateUserRequest("u")
    update.ifVersion = 0
    update.name = ""
    update.isAdmin = false
    update.isDisabled = true
    update.grants = []
    update.roles = []
    expect(
      update, "UpdateUserRequest",
      #" id: "u" if_version: 0 name: "" admin: 0 disabled: 1 grants { } roles { }"#)
    update = UpdateUserRequest("u")
    update.grants = FieldNameTests.grants
    update.roles = ["r"]
    expect(
      update, "UpdateUserRequest",
      #" id: "u" grants { \#(FieldNameTests.grantsText) } roles { roles: "r" }"#)

    expect(DeleteUserRequest("u"), "DeleteUserRequest", #" id: "u""#)
    expect(GetUserRequest("u"), "GetUserRequest", #" id: "u""#)
    expect(
      SetPasswordRequest("u", password: Secret("s")), "SetPasswordRequest",
      #" id: "u" password: "s""#)
    var list = ListUsersRequest()
    list.text = "t"
    list.role = "r"
    list.project = FieldNameTests.project
    list.pageSize = 3
    list.pageToken = [4]
    expect(
      list, "ListUsersRequest",
      #" text: "t" role: "r" project: "p" page_size: 3 page_token: 0x04"#)
  }

  @Test func `answers about users`() {
    let record = UserRecord(
      "u", name: "n",
      password: PasswordHash(salt: [], key: [], logCost: 1, blockSize: 2, parallelism: 3),
      isAdmin: true, grants: FieldNameTests.grants, roles: ["r"], createdAt: FieldNameTests.at(1),
      createdBy: .user("v", through: FieldNameTests.id), version: 2)
    var user = User(record, tokens: 3)
    func text(_ flags: String) -> String {
      #"id: "u" name: "n" \#(flags) \#(FieldNameTests.grantsText) roles: "r" has_password: 1 "#
        + #"created_at { seconds: 1 } created_by { user { user: "v" token: \#(FieldNameTests.idText) "#
        + "} } version: 2 tokens: 3"
    }
    let revision = Revision(rawValue: 4)
    expect(
      GetUserResponse(user, revision: revision), "GetUserResponse",
      " user { \(text("admin: 1")) } revision: 4")
    user.isAdmin = false
    user.isDisabled = true
    expect(
      CreateUserResponse(user, revision: revision), "CreateUserResponse",
      " user { \(text("disabled: 1")) } revision: 4")
    expect(
      UpdateUserResponse(User(), revision: revision), "UpdateUserResponse", " user { } revision: 4")
    var list = ListUsersResponse()
    list.users = [user]
    list.nextPageToken = [1]
    list.revision = revision
    expect(
      list, "ListUsersResponse",
      " users { \(text("disabled: 1")) } next_page_token: 0x01 revision: 4")
    expect(
      DeleteUserResponse(revokedTokens: 5, revision: revision), "DeleteUserResponse",
      " revoked_tokens: 5 revision: 4")
    expect(SetPasswordResponse(revision: revision), "SetPasswordResponse", " revision: 4")
  }

  static let entries: [(RegistryEntry, key: String, rest: String)] = [
    (.project(.init("p", description: "d", version: 2)), #"project: "p""#, ""),
    (.environment(.init("e", description: "d", version: 2)), #"environment: "e""#, ""),
    (
      .method(.init("m", description: "d", link: "l", version: 2)), #"method: "m""#,
      #" link: "l""#
    ),
    (
      .scopeSet(.init("IDE Plugins", description: "d", methods: ["m", "n"], version: 2)),
      #"scope_set: "IDE Plugins""#, #" methods: "m" methods: "n""#
    ),
    (
      .role(.init("r", description: "d", grants: grants, version: 2)), #"role: "r""#,
      " " + grantsText
    ),
  ]

  @Test func registry() {
    let revision = Revision(rawValue: 4)
    var list = ListEntriesResponse()
    var listed = ""
    for (entry, key, rest) in FieldNameTests.entries {
      let text = #"entry { key { \#(key) } description: "d"\#(rest) version: 2 }"#
      expect(CreateEntryRequest(entry), "CreateEntryRequest", " " + text)
      expect(
        UpdateEntryRequest(entry, ifVersion: 0), "UpdateEntryRequest", " \(text) if_version: 0")
      expect(DeleteEntryRequest(entry.key), "DeleteEntryRequest", " key { \(key) }")
      expect(GetEntryRequest(entry.key), "GetEntryRequest", " key { \(key) }")
      let told = " \(text) revision: 4"
      expect(CreateEntryResponse(entry, revision: revision), "CreateEntryResponse", told)
      expect(UpdateEntryResponse(entry, revision: revision), "UpdateEntryResponse", told)
      expect(GetEntryResponse(entry, revision: revision), "GetEntryResponse", told)
      list.entries.append(entry)
      listed += #" entries { key { \#(key) } description: "d"\#(rest) version: 2 }"#
    }
    list.nextPageToken = [1]
    list.revision = revision
    expect(list, "ListEntriesResponse", "\(listed) next_page_token: 0x01 revision: 4")
    expect(
      DeleteEntryResponse(revokedTokens: 5, revision: revision), "DeleteEntryResponse",
      " revoked_tokens: 5 revision: 4")
    var request = ListEntriesRequest(.scopeSet)
    request.text = "t"
    request.pageSize = 3
    request.pageToken = [4]
    expect(
      request, "ListEntriesRequest", #" type: 4 text: "t" page_size: 3 page_token: 0x04"#)
  }

  @Test func `import and purge`() {
    var token = ImportedToken(.client, .value(Secret("v")), name: "n")
    token.description = "d"
    token.owner = FieldNameTests.owner
    token.projects = .all
    token.environment = FieldNameTests.environment
    token.scopes = FieldNameTests.scopes
    token.permissions = [FieldNameTests.grant]
    token.expiresAt = FieldNameTests.at(1)
    token.createdAt = FieldNameTests.at(2)
    func text(_ credential: String) -> String {
      #" tokens { \#(credential) kind: 3 name: "n" description: "d" owner: "u" "#
        + #"projects { all: 1 } environment: "e" \#(FieldNameTests.scopesText) "#
        + "\(FieldNameTests.grantText) expires_at { seconds: 1 } created_at { seconds: 2 } }"
    }
    expect(ImportRequest([token]), "ImportRequest", text("value: 0x76"))
    token.credential = .sha256(Digest(1, 2, 3, 4))
    let digest = (1...4).map { String(repeating: "0", count: 15) + "\($0)" }.joined()
    expect(ImportRequest([token]), "ImportRequest", text("sha256: 0x\(digest)"))

    let outcomes = [
      ImportOutcome(FieldNameTests.id), ImportOutcome(Refusal(.alreadyExists, "m", field: "f")),
    ]
    expect(
      ImportResponse(outcomes, revision: Revision(rawValue: 4)), "ImportResponse",
      " outcomes { id: \(FieldNameTests.idText) } "
        + #"outcomes { status: 6 failure { message: "m" field: "f" } } revision: 4"#)

    var purge = PurgeRequest(endedBefore: FieldNameTests.at(1))
    purge.pageToken = [2]
    expect(purge, "PurgeRequest", " ended_before { seconds: 1 } page_token: 0x02")
    var purged = PurgeResponse()
    purged.purged = 1
    purged.nextPageToken = [2]
    purged.revision = Revision(rawValue: 3)
    expect(purged, "PurgeResponse", " purged: 1 next_page_token: 0x02 revision: 3")
  }

  @Test func events() {
    var request = ListEventsRequest()
    request.kinds = [.passwordChanged, .tokenIssued]
    request.user = "u"
    request.token = FieldNameTests.id
    request.entry = .method("m")
    request.subjectUser = "v"
    request.since = FieldNameTests.at(1)
    request.before = FieldNameTests.at(2)
    request.pageSize = 3
    request.pageToken = [4]
    expect(
      request, "ListEventsRequest",
      #" kinds { kinds: 1 kinds: 13 } user: "u" token: \#(FieldNameTests.idText) "#
        + #"entry { method: "m" } subject_user: "v" since { seconds: 1 } before { seconds: 2 } "#
        + "page_size: 3 page_token: 0x04")

    func event(_ kind: EventKind, _ subject: Event.Subject) -> ChangeEvent {
      ChangeEvent(
        Event(
          revision: Revision(rawValue: 9), at: FieldNameTests.at(1),
          actor: .user("u", through: nil),
          kind: kind, subject: subject,
          changes: [FieldChange("description", before: "b", after: "a")]))
    }
    func text(_ kind: Int, _ subject: String) -> String {
      #" events { revision: 9 at { seconds: 1 } actor { user { user: "u" } } kind: \#(kind) "#
        + #"\#(subject) changes { field: "description" before: "b" after: "a" } }"#
    }
    var response = ListEventsResponse()
    response.events = [
      event(.tokenUpdated, .tokens([FieldNameTests.id])),
      event(.entryRemoved, .entry(.environment("e"))), event(.userCreated, .user("v")),
    ]
    response.nextPageToken = [1]
    response.revision = Revision(rawValue: 10)
    expect(
      response, "ListEventsResponse",
      text(3, "tokens: \(FieldNameTests.idText) token_count: 1")
        + text(9, #"entry { environment: "e" }"#) + text(10, #"user: "v""#)
        + " next_page_token: 0x01 revision: 10")
  }
}
