import TesseraModel
import TesseraWire
import Testing

/// Each property is the field of its name. Round trips alone would not see two that are swapped.
@Suite struct FieldNameTests {
  func expect(_ message: some WireMessage, _ name: String, _ text: String) {
    #expect(Oracle.named(name).describe(message.encoded) == text)
  }

  static let id = TokenID(high: 0x0102_0304_0506_0708, low: 0x090a_0b0c_0d0e_0f10)
  static let idText = "0x0102030405060708090a0b0c0d0e0f10"
  static let project = ProjectID(unchecked: "p")
  static let environment = EnvironmentID(unchecked: "e")
  static let owner = UserID(unchecked: "u")
  static let scopes = ScopeSelection.some(
    sets: [ScopeSetName(unchecked: "s")], methods: [MethodName(unchecked: "m")])
  static let grant = PermissionGrant(
    .tokensRevoke, kinds: [KindSet(.client)], projects: [project], environments: [environment])

  static func at(_ seconds: Int64) -> Timestamp { Timestamp(microseconds: seconds * 1_000_000) }

  static let scopesText = #"scopes { some { sets: "s" methods: "m" } }"#
  static let grantText =
    #"permissions { permission: 3 kinds { kinds: 3 } projects { projects: "p" } "#
    + #"environments { environments: "e" } }"#

  @Test func authentication() {
    expect(AuthenticateRequest(token: Secret("v")), "AuthenticateRequest", " token: 0x76")
    var request = AuthenticateRequest()
    request.credential = .password(Password(user: "u", password: Secret("p")))
    expect(request, "AuthenticateRequest", #" password { user: "u" password: "p" }"#)

    var caller = Caller()
    caller.actor = .certificate("c")
    caller.kind = .service
    caller.name = "n"
    caller.owner = FieldNameTests.owner
    caller.projects = .all
    caller.environment = FieldNameTests.environment
    caller.scopes = FieldNameTests.scopes
    caller.permissions = [FieldNameTests.grant]
    caller.expiresAt = FieldNameTests.at(9)
    caller.isAdmin = true
    let text =
      #" caller { actor { certificate: "c" } kind: 5 name: "n" owner: "u" projects { all: 1 } "#
      + #"environment: "e" \#(FieldNameTests.scopesText) \#(FieldNameTests.grantText) "#
      + "expires_at { seconds: 9 } admin: 1 }"
    expect(AuthenticateResponse(caller: caller), "AuthenticateResponse", text)
    expect(WhoAmIResponse(caller: caller), "WhoAmIResponse", text)
  }

  @Test func validation() {
    var request = ValidateRequest(token: Secret("v"))
    request.kinds = [KindSet(.frontend), KindSet(.admin)]
    request.project = FieldNameTests.project
    request.environment = FieldNameTests.environment
    request.method = MethodName(unchecked: "m")
    request.details = true
    request.minRevision = Revision(rawValue: 7)
    let asked =
      #"token: 0x76 kinds: 1 kinds: 4 project: "p" environment: "e" method: "m" details: 1 "#
      + "min_revision: 7"
    expect(request, "ValidateRequest", " " + asked)
    expect(
      ValidateBatchRequest([request]), "ValidateBatchRequest", " requests { \(asked) }")

    var response = ValidateResponse()
    response.verdict = .wrongProject
    response.id = FieldNameTests.id
    response.kind = .personal
    response.revision = Revision(rawValue: 8)
    response.details = TokenDetails()
    response.details?.owner = FieldNameTests.owner
    response.details?.name = "n"
    response.details?.projects = .list([FieldNameTests.project])
    response.details?.environment = FieldNameTests.environment
    response.details?.scopes = FieldNameTests.scopes
    response.details?.expiresAt = FieldNameTests.at(9)
    let told =
      #"verdict: 8 id: \#(FieldNameTests.idText) kind: 2 revision: 8 details { owner: "u" "#
      + #"name: "n" projects { list { projects: "p" } } environment: "e" "#
      + "\(FieldNameTests.scopesText) expires_at { seconds: 9 } }"
    expect(response, "ValidateResponse", " " + told)
    var batch = ValidateBatchResponse()
    batch.responses = [response]
    batch.revision = Revision(rawValue: 10)
    expect(batch, "ValidateBatchResponse", " responses { \(told) } revision: 10")
  }

  @Test func issue() {
    var request = IssueRequest(.client, name: "n")
    request.description = "d"
    request.projects = .one(FieldNameTests.project)
    request.environment = FieldNameTests.environment
    request.scopes = .kindDefault
    request.permissions = [FieldNameTests.grant]
    request.owner = FieldNameTests.owner
    request.idempotencyKey = "k"
    request.copyOf = FieldNameTests.id
    func text(_ expiry: String) -> String {
      #" kind: 3 name: "n" description: "d" projects { one: "p" } environment: "e" "#
        + #"scopes { kind_default: 1 } \#(FieldNameTests.grantText) owner: "u" \#(expiry) "#
        + #"idempotency_key: "k" copy_of: \#(FieldNameTests.idText)"#
    }
    request.expiry = .at(FieldNameTests.at(9))
    expect(request, "IssueRequest", text("expires_at { seconds: 9 }"))
    request.expiry = .after(.seconds(5) + .nanoseconds(6))
    expect(request, "IssueRequest", text("lifetime { seconds: 5 nanos: 6 }"))
    request.expiry = .never
    expect(request, "IssueRequest", text("never: 1"))

    var response = IssueResponse()
    response.value = Secret("v")
    response.token = Token()
    response.warnings = ["w"]
    response.replayed = true
    response.revision = Revision(rawValue: 3)
    expect(
      response, "IssueResponse", #" value: 0x76 token { } warnings: "w" replayed: 1 revision: 3"#)
  }

  @Test func `update and regenerate`() {
    var update = UpdateRequest(FieldNameTests.id)
    update.ifVersion = 0
    update.name = ""
    update.description = ""
    let emptied = #" id: \#(FieldNameTests.idText) if_version: 0 name: "" description: """#
    expect(update, "UpdateRequest", emptied)
    update.ifVersion = 2
    update.name = "n"
    update.description = "d"
    update.projects = [FieldNameTests.project]
    update.scopes = FieldNameTests.scopes
    let changed =
      #" id: \#(FieldNameTests.idText) if_version: 2 name: "n" description: "d" "#
      + #"projects { projects: "p" } \#(FieldNameTests.scopesText) "#
    let renew = RegenerateRequest(FieldNameTests.id, overlap: .seconds(4))
    let renewed = " id: \(FieldNameTests.idText) overlap { seconds: 4 } "
    for (expiry, text) in [
      (ExpiryChoice.at(FieldNameTests.at(9)), "expires_at { seconds: 9 }"),
      (.after(.seconds(5)), "lifetime { seconds: 5 }"), (.never, "never: 1"),
    ] {
      update.expiry = expiry
      expect(update, "UpdateRequest", changed + text)
      var renew = renew
      renew.expiry = expiry
      expect(renew, "RegenerateRequest", renewed + text)
    }

    var updated = UpdateResponse()
    updated.token = Token()
    updated.warnings = ["w"]
    updated.revision = Revision(rawValue: 3)
    expect(updated, "UpdateResponse", #" token { } warnings: "w" revision: 3"#)
    var regenerated = RegenerateResponse()
    regenerated.value = Secret("v")
    regenerated.token = Token()
    regenerated.warnings = ["w"]
    regenerated.revision = Revision(rawValue: 3)
    expect(
      regenerated, "RegenerateResponse", #" value: 0x76 token { } warnings: "w" revision: 3"#)
  }

  @Test func token() {
    var token = Token()
    token.id = FieldNameTests.id
    token.kind = .proxyKey
    token.name = "n"
    token.description = "d"
    token.owner = FieldNameTests.owner
    token.projects = .all
    token.environment = FieldNameTests.environment
    token.scopes = .all
    token.permissions = [FieldNameTests.grant]
    token.createdAt = FieldNameTests.at(1)
    token.createdBy = .token(FieldNameTests.id)
    token.expiresAt = FieldNameTests.at(2)
    token.lastUsedAt = FieldNameTests.at(3)
    token.uses = 4
    token.revocation = TokenRevocation(
      Revocation(at: FieldNameTests.at(5), by: .offline("root-token"), reason: "r"))
    token.version = 6
    token.state = .revoked
    token.previousValidUntil = FieldNameTests.at(7)
    token.previousLastUsedAt = FieldNameTests.at(8)
    let text =
      #"id: \#(FieldNameTests.idText) kind: 6 name: "n" description: "d" owner: "u" "#
      + #"projects { all: 1 } environment: "e" scopes { all: 1 } \#(FieldNameTests.grantText) "#
      + "created_at { seconds: 1 } created_by { token: \(FieldNameTests.idText) } "
      + "expires_at { seconds: 2 } last_used_at { seconds: 3 } uses: 4 "
      + #"revocation { at { seconds: 5 } by { offline: "root-token" } reason: "r" } "#
      + "version: 6 state: 3 previous_valid_until { seconds: 7 } "
      + "previous_last_used_at { seconds: 8 }"
    let revision = Revision(rawValue: 7)
    expect(
      GetResponse(token: token, revision: revision), "GetResponse",
      " token { \(text) } revision: 7")
    expect(GetRequest(FieldNameTests.id), "GetRequest", " id: \(FieldNameTests.idText)")
    var list = ListResponse()
    list.tokens = [token]
    list.nextPageToken = [1, 2]
    list.revision = revision
    expect(list, "ListResponse", " tokens { \(text) } next_page_token: 0x0102 revision: 7")
  }

  @Test func list() {
    var request = ListRequest()
    request.kinds = [KindSet(.client)]
    request.owner = FieldNameTests.owner
    request.project = FieldNameTests.project
    request.environment = FieldNameTests.environment
    request.states = [.revoked, .active]
    request.expiringWithin = .seconds(1)
    request.lastUsedBefore = FieldNameTests.at(2)
    request.text = "t"
    request.sort = .expires
    request.pageSize = 3
    request.pageToken = [4]
    expect(
      request, "ListRequest",
      #" kinds { kinds: 3 } owner: "u" project: "p" environment: "e" "#
        + #"states { states: 1 states: 3 }"#
        + #" expiring_within { seconds: 1 } last_used_before { seconds: 2 } text: "t" sort: 3"#
        + " page_size: 3 page_token: 0x04")
  }

  @Test func revocation() {
    expect(
      RevokeRequest(.ids([FieldNameTests.id]), reason: "r"), "RevokeRequest",
      #" ids { ids: \#(FieldNameTests.idText) } reason: "r""#)
    expect(RevokeRequest(.value(Secret("v"))), "RevokeRequest", " value: 0x76")
    var filter = RevokeFilter()
    filter.owner = FieldNameTests.owner
    filter.project = FieldNameTests.project
    filter.environment = FieldNameTests.environment
    filter.kinds = [KindSet(.personal)]
    filter.issuedBefore = FieldNameTests.at(1)
    expect(
      RevokeRequest(.filter(filter)), "RevokeRequest",
      #" filter { owner: "u" project: "p" environment: "e" kinds { kinds: 2 } "#
        + "issued_before { seconds: 1 } }")
    var response = RevokeResponse()
    response.outcomes = [RevokeOutcome(FieldNameTests.id, .alreadyRevoked)]
    response.revision = Revision(rawValue: 2)
    expect(
      response, "RevokeResponse",
      " outcomes { id: \(FieldNameTests.idText) result: 2 } revision: 2")
  }

  @Test func `health and failure`() {
    var health = HealthResponse()
    health.status = .readOnly
    health.version = "1.0"
    health.revision = Revision(rawValue: 1)
    health.startedAt = FieldNameTests.at(2)
    health.tokens = 3
    health.reason = "r"
    expect(
      health, "HealthResponse",
      #" status: 2 version: "1.0" revision: 1 started_at { seconds: 2 } tokens: 3 reason: "r""#)
    let failure = Failure(Refusal(.notFound, "m", field: "f", retryAfterMilliseconds: 1))
    expect(failure, "Failure", #" message: "m" field: "f" retry_after_ms: 1"#)
  }

  @Test func `snapshots and backups`() {
    expect(
      SnapshotResponse(revision: Revision(rawValue: 1)), "SnapshotResponse", " revision: 1")
    var begun = BeginBackupResponse()
    begun.backup = Array("b".utf8)
    begun.files = [BackupFile("n", size: 2)]
    begun.revision = Revision(rawValue: 3)
    expect(
      begun, "BeginBackupResponse",
      #" backup: 0x62 files { name: "n" size: 2 } revision: 3"#)
    expect(
      ReadBackupRequest(Array("b".utf8), file: 1, offset: 2), "ReadBackupRequest",
      " backup: 0x62 file: 1 offset: 2")
    expect(ReadBackupResponse(Array("d".utf8)), "ReadBackupResponse", " data: 0x64")
    expect(EndBackupRequest(Array("b".utf8)), "EndBackupRequest", " backup: 0x62")
    expect(EndBackupResponse(), "EndBackupResponse", "")
  }

  @Test func `the model's numbers are the schema's`() {
    func greatest(_ message: String, _ field: String) -> Int {
      let found = Oracle.named(message).fields.first { $0.name == field }
      guard case .enumeration(let greatest) = found?.kind else { return -1 }
      return greatest
    }
    #expect(greatest("Token", "kind") == TokenKind.allCases.count)
    #expect(greatest("Token", "state") == TokenState.allCases.count)
    #expect(greatest("ValidateResponse", "verdict") == Verdict.allCases.count)
    #expect(greatest("PermissionGrant", "permission") == Permission.allCases.count)
    #expect(greatest("RevokeOutcome", "result") == RevokeResult.allCases.count)
    #expect(greatest("ListRequest", "sort") == ListSort.allCases.count)
    #expect(greatest("EventKindList", "kinds") == EventKind.allCases.count)
    #expect(greatest("ListEntriesRequest", "type") == RegistryType.allCases.count)
    #expect(greatest("HealthResponse", "status") == ServingStatus.allCases.count)
  }
}
