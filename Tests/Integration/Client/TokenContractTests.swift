import TesseraClient
import Testing

/// What holds of every token authority, asked of one over TLS and of the one that stands in for it:
/// so that the second is no other than the first.
@Suite struct TokenContractTests {
  private let shop: ProjectID = "default"
  private let production: EnvironmentID = "production"
  private let read: MethodName = "features.read"
  private static let hash = String(repeating: "0123456789abcdef", count: 4)

  private func client(_ name: String = "checkout") -> IssueRequest {
    var request = IssueRequest(.client, name: name)
    request.projects = .one(shop)
    request.environment = production
    request.expiry = .after(.seconds(3600))
    return request
  }

  private func personal(_ name: String = "laptop") -> IssueRequest {
    var request = IssueRequest(.personal, name: name)
    request.owner = "ada"
    return request
  }

  private func service() -> IssueRequest {
    var request = IssueRequest(.service, name: "gateway")
    request.permissions = [PermissionGrant(.tokensValidate)]
    return request
  }

  @Test(arguments: AnyAuthority.allCases)
  func `a token opens what it was issued for`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let issued = try await authority.issue(client())
      let value = try #require(issued.value)
      #expect(value.text.hasPrefix("default:production."))
      #expect(issued.token.state == .active && issued.token.version == 1 && !issued.isReplay)
      #expect(issued.token.scopes == .kindDefault && issued.warnings.isEmpty)
      func verdict(
        _ kinds: Set<TokenKind> = [], project: ProjectID? = nil,
        environment: EnvironmentID? = nil, method: MethodName? = nil
      ) async throws -> Verdict? {
        try await authority.validate(
          value, kinds: kinds, project: project, environment: environment, method: method,
          minRevision: issued.revision
        ).verdict
      }
      #expect(try await verdict([.client, .frontend], project: shop, method: read) == .allowed)
      #expect(try await verdict([.frontend]) == .wrongKind)
      #expect(try await verdict(project: "elsewhere") == .wrongProject)
      #expect(try await verdict(environment: "development") == .wrongEnvironment)
      #expect(try await verdict(environment: "moon") == .wrongEnvironment)
      #expect(try await verdict(method: "features.evaluate") == .missingScope)
      let details = try await authority.validate(value, details: true).details
      #expect(details?.name == "checkout" && details?.projects == .one(shop))
      #expect(try await authority.validate("").verdict == .malformed)
      let other = value.text.dropLast() + (value.text.hasSuffix("0") ? "1" : "0")
      #expect(try await authority.validate(other).verdict == .malformed)
      let answers = try await authority.validateBatch([
        ValidateRequest(token: value), ValidateRequest(token: Secret("user:")),
      ])
      #expect(answers.map(\.verdict) == [.allowed, .malformed])
      #expect(try await authority.token(#require(issued.token.id)).name == "checkout")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `each kind opens what is its own`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      var front = client("page")
      front.kind = .frontend
      front.projects = .all
      let page = try await authority.issue(front)
      let text = try #require(page.value).text
      #expect(text.hasPrefix("*:production."))
      #expect(try await authority.validate(text).verdict == .wrongKind)
      #expect(
        try await authority.validate(text, kinds: [.frontend], method: "features.evaluate")
          .isAllowed)
      #expect(
        try await authority.validate(text, kinds: [.frontend], method: read).verdict
          == .missingScope)
      let service = try await authority.issue(service())
      let gateway = try #require(service.value)
      #expect(service.warnings.count == 1)
      #expect(try await authority.validate(gateway).isAllowed)
      #expect(try await authority.validate(gateway, project: shop).verdict == .wrongProject)
      #expect(try await authority.validate(gateway, method: read).verdict == .missingScope)
      let admin = try await authority.issue(IssueRequest(.admin, name: "root"))
      let root = try #require(admin.value)
      #expect(
        try await authority.validate(root, project: shop, environment: production, method: read)
          .isAllowed)
      #expect(try await authority.validate(root, project: "nowhere").verdict == .wrongProject)
      #expect(try await authority.validate(root, method: "nothing").verdict == .missingScope)
      let laptop = try await authority.issue(personal())
      #expect(laptop.token.owner == "ada" && laptop.token.expiresAt != nil)
      #expect(try #require(laptop.value).text.hasPrefix("user:"))
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `Issue refuses alike, and names the field`(_ kind: AnyAuthority) async throws {
    let long = String(repeating: "x", count: 1001)
    let faults: [(String, IssueRequest, (inout IssueRequest) -> Void)] = [
      ("kind", client(), { $0.kind = nil }), ("kind", client(), { $0.kind = .proxyKey }),
      ("name", client(), { $0.name = String(long.prefix(201)) }),
      ("name", client(), { $0.name = "a\nb" }),
      ("description", client(), { $0.description = long }),
      ("owner", client(), { $0.owner = "ada" }), ("owner", personal(), { $0.owner = nil }),
      ("permissions", client(), { $0.permissions = [PermissionGrant(.tokensRead)] }),
      ("permissions", service(), { $0.permissions = [] }),
      ("projects", client(), { $0.projects = nil }),
      ("projects", client(), { $0.projects = .one("elsewhere") }),
      ("projects", client(), { $0.projects = .list(["default", "elsewhere"]) }),
      ("projects", personal(), { $0.projects = .all }),
      ("environment", client(), { $0.environment = nil }),
      ("environment", client(), { $0.environment = "moon" }),
      ("environment", service(), { $0.environment = "production" }),
      ("scopes", service(), { $0.scopes = .all }),
      (
        "scopes", IssueRequest(.admin, name: "root"),
        { $0.scopes = .some(sets: ["CLIENT"], methods: []) }
      ),
      ("projects.list", client(), { $0.projects = .list([]) }),
      ("scopes.sets", client(), { $0.scopes = .some(sets: ["None"], methods: []) }),
      ("scopes.methods", client(), { $0.scopes = .some(sets: [], methods: ["nothing"]) }),
      ("owner", personal(), { $0.owner = "nobody" }),
      ("scopes.some", client(), { $0.scopes = .some(sets: [], methods: []) }),
      (
        "permissions[0].projects", service(),
        { $0.permissions = [PermissionGrant(.tokensValidate, projects: [])] }
      ),
      (
        "permissions[0].kinds", client(),
        { $0.permissions = [PermissionGrant(.tokensValidate, kinds: [])] }
      ),
      (
        "permissions[0].kinds", service(),
        { $0.permissions = [PermissionGrant(.usersActAs, kinds: KindSet(.client))] }
      ),
      (
        "permissions[1].projects", service(),
        {
          $0.permissions = [
            PermissionGrant(.tokensRead), PermissionGrant(.serverOperate, projects: ["default"]),
          ]
        }
      ),
      (
        "permissions.projects", service(),
        { $0.permissions = [PermissionGrant(.tokensValidate, projects: ["elsewhere"])] }
      ),
      ("expires_at", client(), { $0.expiry = .at(Timestamp(microseconds: 0)) }),
      ("lifetime", client(), { $0.expiry = .after(.zero) }),
      ("lifetime", client(), { $0.expiry = .after(.seconds(401 * 366 * 86_400)) }),
      ("idempotency_key", client(), { $0.idempotencyKey = String(long.prefix(201)) }),
    ]
    try await kind.with { authority in
      let before = try await authority.list(ListRequest()).elements.count
      for (field, request, spoil) in faults {
        var asked = request
        spoil(&asked)
        let (spoilt, expected) = (asked, "INVALID_ARGUMENT \(field)")
        #expect(
          try await refusal { _ = try await authority.issue(spoilt) } == expected, "\(spoilt)")
      }
      #expect(try await authority.list(ListRequest()).elements.count == before)
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `an idempotency key issues once`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      var request = client()
      request.idempotencyKey = "k"
      let first = try await authority.issue(request)
      let again = try await authority.issue(request)
      #expect(again.isReplay && again.value == nil && again.token.id == first.token.id)
      request.name = "another"
      let other = request
      #expect(
        try await refusal { _ = try await authority.issue(other) }
          == "INVALID_ARGUMENT idempotency_key")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `a copy takes what the request leaves out`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      var request = client()
      request.projects = .list([shop, shop])
      request.scopes = .some(sets: [], methods: [read, read])
      let first = try await authority.issue(request)
      #expect(first.token.projects == .list([shop]))
      #expect(first.token.scopes == .some(sets: [], methods: [read]))
      var copy = IssueRequest()
      copy.copyOf = first.token.id
      copy.environment = "development"
      let copied = try await authority.issue(copy)
      #expect(copied.token.kind == .client && copied.token.name == "checkout")
      #expect(copied.token.projects == .list([shop]) && copied.token.scopes == first.token.scopes)
      #expect(copied.token.environment == "development")
      #expect(copied.token.expiresAt == first.token.expiresAt)
      copy.copyOf = TokenID(high: 1, low: 1)
      let unknown = copy
      #expect(
        try await refusal { _ = try await authority.issue(unknown) } == "NOT_FOUND copy_of")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `an update changes what it names, once for a version`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let id = try #require(try await authority.issue(client()).token.id)
      func refused(_ change: (inout UpdateRequest) -> Void) async throws -> String? {
        var request = UpdateRequest(id)
        change(&request)
        let asked = request
        return try await refusal { _ = try await authority.update(asked) }
      }
      #expect(try await refused { _ in } == "INVALID_ARGUMENT")
      #expect(try await refused { $0.ifVersion = 1 } == "INVALID_ARGUMENT")
      #expect(try await refused { $0.name = "a\u{7f}" } == "INVALID_ARGUMENT name")
      #expect(try await refused { $0.projects = [shop] } == "INVALID_ARGUMENT projects")
      #expect(
        try await refused { $0.expiry = .after(.seconds(-1)) } == "INVALID_ARGUMENT lifetime")
      #expect(
        try await refused { $0.scopes = .some(sets: [], methods: []) }
          == "INVALID_ARGUMENT scopes.some")
      #expect(try await refused { $0.projects = [] } == "INVALID_ARGUMENT projects")
      var request = UpdateRequest(id)
      request.name = "renamed"
      request.ifVersion = 1
      let updated = try await authority.update(request)
      #expect(updated.token.name == "renamed" && updated.token.version == 2)
      #expect(try await authority.update(request).token == updated.token)
      #expect(
        try await refused {
          $0.name = "again"
          $0.ifVersion = 1
        } == "ABORTED if_version")
      _ = try await authority.revoke([id])
      #expect(try await refused { $0.name = "late" } == "FAILED_PRECONDITION id")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `a new value stops the old one, or passes beside it`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let first = try await authority.issue(client())
      let id = try #require(first.token.id)
      let second = try await authority.regenerate(RegenerateRequest(id, overlap: .seconds(600)))
      #expect(second.token.version == 2 && second.token.previousValidUntil != nil)
      #expect(try await authority.validate(#require(first.value)).isAllowed)
      let third = try await authority.regenerate(RegenerateRequest(id, expiry: .never))
      #expect(third.token.expiresAt == nil && third.warnings.count == 1)
      for stopped in [first, second] {
        #expect(try await authority.validate(#require(stopped.value)).verdict == .notFound)
      }
      #expect(try await authority.validate(#require(third.value)).isAllowed)
      func refused(_ request: RegenerateRequest) async throws -> String? {
        try await refusal { _ = try await authority.regenerate(request) }
      }
      #expect(
        try await refused(RegenerateRequest(id, overlap: .seconds(31 * 86_400)))
          == "INVALID_ARGUMENT overlap")
      #expect(
        try await refused(RegenerateRequest(id, expiry: .at(Timestamp(microseconds: 1))))
          == "INVALID_ARGUMENT expires_at")
      #expect(try await refused(RegenerateRequest(TokenID(high: 1, low: 1))) == "NOT_FOUND id")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `lists page on while tokens come and go`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      var ids: [TokenID] = []
      for number in 0..<7 {
        ids.append(try #require(try await authority.issue(client("t\(number)")).token.id))
      }
      for sort in [nil, ListSort.name, .expires, .lastUsed] {
        var request = ListRequest()
        request.text = "T"
        request.states = [.active]
        request.kinds = KindSet(.client)
        request.sort = sort
        request.pageSize = 2
        let first = try await authority.list(request)
        #expect(first.elements.map(\.name) == ["t0", "t1"])
        let late = try await authority.issue(client("t9")).token.id
        request.pageToken = first.nextPageToken
        request.pageSize = 100
        let rest = try await authority.list(request)
        #expect(rest.isLast)
        #expect(rest.elements.map(\.name) == ["t2", "t3", "t4", "t5", "t6", "t9"])
        // One that was shown goes; what follows is no other.
        _ = try await authority.revoke([ids[0], try #require(late)])
        request.pageSize = 3
        #expect(try await authority.list(request).elements.map(\.name) == ["t2", "t3", "t4"])
        var other = request
        other.text = "t1"
        let foreign = other
        #expect(
          try await refusal { _ = try await authority.list(foreign) }
            == "INVALID_ARGUMENT page_token")
        ids[0] = try #require(try await authority.issue(client("t0")).token.id)
        guard sort != nil else {
          // In order of creation the new one is the last.
          _ = try await authority.revoke([ids[0]])
          return
        }
      }
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `lists refuse alike`(_ kind: AnyAuthority) async throws {
    let faults: [(String, (inout ListRequest) -> Void)] = [
      ("page_size", { $0.pageSize = 1001 }), ("page_token", { $0.pageToken = [1, 2, 3] }),
      ("text", { $0.text = String(repeating: "x", count: 1001) }),
      ("expiring_within", { $0.expiringWithin = .zero }), ("kinds", { $0.kinds = [] }),
      ("states", { $0.states = [] }),
    ]
    try await kind.with { authority in
      for (field, spoil) in faults {
        var request = ListRequest()
        spoil(&request)
        let asked = request
        let refused = try await refusal { _ = try await authority.list(asked) }
        #expect(refused == "INVALID_ARGUMENT \(field)")
      }
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `a filter revokes what it means, and nothing else`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let one = try await authority.issue(client("one"))
      var request = client("listed")
      request.projects = .list([shop])
      let listed = try await authority.issue(request)
      request.projects = .all
      let all = try await authority.issue(request)
      let gone = try await authority.issue(client("gone"))
      _ = try await authority.revoke(value: #require(gone.value))
      var filter = RevokeFilter()
      filter.project = shop
      let report = try await authority.revoke(matching: filter, reason: "moved")
      #expect(report.outcomes.map(\.result) == [.revoked, .revoked])
      #expect(Set(report.outcomes.map(\.id)) == [one.token.id, listed.token.id])
      #expect(try await authority.validate(#require(all.value)).isAllowed)
      #expect(
        try await authority.validate(#require(one.value), minRevision: report.revision).verdict
          == .revoked)
      #expect(try await authority.revoke(matching: filter).outcomes.isEmpty)
      filter.kinds = []
      let empty = filter
      #expect(
        try await refusal { _ = try await authority.revoke(matching: empty) }
          == "INVALID_ARGUMENT filter.kinds")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `each token that is named has its own outcome`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let issued = try await authority.issue(client())
      let id = try #require(issued.token.id)
      let nobody = TokenID(high: 1, low: 1)
      let report = try await authority.revoke([nobody, id, id], reason: "lost")
      #expect(report.outcomes.map(\.result) == [.notFound, .revoked, .alreadyRevoked])
      let again = try await authority.revoke(value: #require(issued.value))
      #expect(again.outcomes.map(\.result) == [.alreadyRevoked])
      #expect(try await authority.revoke(value: Secret("x")).outcomes.map(\.result) == [.notFound])
      let token = try await authority.token(id)
      #expect(token.state == .revoked && token.revocation?.reason == "lost")
      func refused(_ request: RevokeRequest) async throws -> String? {
        try await refusal { _ = try await authority.revoke(request) }
      }
      #expect(try await refused(RevokeRequest(.ids([]))) == "INVALID_ARGUMENT ids")
      #expect(
        try await refused(RevokeRequest(.filter(RevokeFilter()))) == "INVALID_ARGUMENT filter")
      #expect(try await refused(RevokeRequest()) == "INVALID_ARGUMENT target")
      let long = String(repeating: "x", count: 501)
      #expect(
        try await refused(RevokeRequest(.ids([id]), reason: long)) == "INVALID_ARGUMENT reason")
      #expect(
        try await refusal { _ = try await authority.token(nobody) } == "NOT_FOUND id")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `an import takes what its value shows`(_ kind: AnyAuthority) async throws {
    let hash = TokenContractTests.hash
    func imported(_ value: String, _ change: (inout ImportedToken) -> Void = { _ in })
      -> ImportedToken
    {
      var token = ImportedToken(.client, .value(Secret(value)), name: "old")
      token.projects = .one("default")
      token.environment = "production"
      change(&token)
      return token
    }
    func owned(_ token: inout ImportedToken) {
      token.kind = .personal
      token.owner = "ada"
      token.projects = nil
      token.environment = nil
    }
    let tokens: [(String, ImportedToken)] = [
      ("", imported(hash)), ("", imported("default:production." + hash.prefix(56))),
      ("", imported("user:" + hash, owned)),
      ("ALREADY_EXISTS", imported(hash)), ("value", imported("x")),
      ("kind", imported("*:*." + hash)), ("kind", imported("default:production." + hash, owned)),
      ("kind", imported(hash) { $0.kind = nil }),
      ("secret", imported(hash) { $0.credential = nil }),
      ("environment", imported("default:development." + hash)),
      ("environment", imported("default:production." + hash) { $0.environment = nil }),
      ("projects", imported("*:production." + hash)),
      ("projects", imported("default:production." + hash) { $0.projects = nil }),
      ("projects", imported("[]:production." + hash) { $0.projects = .list(["elsewhere"]) }),
      (
        "owner",
        imported("user:" + hash.reversed()) {
          owned(&$0); $0.owner = nil
        }
      ),
      ("created_at", imported(String(hash.reversed())) { $0.createdAt = .latest }),
      ("expires_at", imported(String(hash.reversed())) { $0.expiresAt = .earliest }),
    ]
    try await kind.with { authority in
      #expect(try await authority.validate(hash).verdict == .malformed)
      let report = try await authority.importTokens(tokens.map(\.1))
      let outcomes = report.outcomes.map { outcome in
        guard case .refused(let refusal) = outcome else { return "" }
        return refusal.code == .invalidArgument ? refusal.field : refusal.code.name
      }
      #expect(outcomes == tokens.map(\.0))
      #expect(
        try await authority.validate(hash, project: shop, environment: production, method: read)
          .isAllowed)
      // Any other of such a shape might have been one of them.
      #expect(try await authority.validate(String(hash.reversed())).verdict == .notFound)
      #expect(try await authority.validate("x").verdict == .malformed)
      #expect(
        try await refusal { _ = try await authority.importTokens([]) } == "INVALID_ARGUMENT tokens")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `who asks is known, and how the authority is`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let caller = try await authority.whoAmI()
      #expect(caller.isAdmin && caller.actor != nil)
      let before = try await authority.health()
      #expect(before.status == .serving && before.version == SoftwareVersion.current)
      #expect(before.startedAt != nil)
      let issued = try await authority.issue(client())
      let after = try await authority.health()
      #expect(after.tokens == before.tokens + 1 && after.revision == issued.revision)
      #expect(
        try await refusal {
          _ = try await authority.validate("x", minRevision: after.revision.next)
        } == "UNAVAILABLE min_revision")
    }
  }
}
