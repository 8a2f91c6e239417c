import TesseraClient
import Testing

/// How tokens are made, asked of an authority over TLS and of the one that stands in for it.
@Suite struct IssueContractTests {
  private let shop: ProjectID = "default"
  private let production: EnvironmentID = "production"
  private let read: MethodName = "features.read"

  @Test(arguments: AnyAuthority.allCases)
  func `Issue refuses alike, and names the field`(_ kind: AnyAuthority) async throws {
    let long = String(repeating: "x", count: 1001)
    let faults: [(String, IssueRequest, (inout IssueRequest) -> Void)] = [
      ("kind", IssueRequest.client(), { $0.kind = nil }),
      ("kind", IssueRequest.client(), { $0.kind = .proxyKey }),
      ("name", IssueRequest.client(), { $0.name = String(long.prefix(201)) }),
      ("name", IssueRequest.client(), { $0.name = "a\nb" }),
      ("description", IssueRequest.client(), { $0.description = long }),
      ("owner", IssueRequest.client(), { $0.owner = "ada" }),
      ("owner", IssueRequest.personal(), { $0.owner = nil }),
      ("permissions", IssueRequest.client(), { $0.permissions = [PermissionGrant(.tokensRead)] }),
      ("permissions", IssueRequest.service(), { $0.permissions = [] }),
      ("projects", IssueRequest.client(), { $0.projects = nil }),
      ("projects", IssueRequest.client(), { $0.projects = .one("elsewhere") }),
      ("projects", IssueRequest.client(), { $0.projects = .list(["default", "elsewhere"]) }),
      ("projects", IssueRequest.personal(), { $0.projects = .all }),
      ("environment", IssueRequest.client(), { $0.environment = nil }),
      ("environment", IssueRequest.client(), { $0.environment = "moon" }),
      ("environment", IssueRequest.service(), { $0.environment = "production" }),
      ("scopes", IssueRequest.service(), { $0.scopes = .all }),
      (
        "scopes", IssueRequest(.admin, name: "root"),
        { $0.scopes = .some(sets: ["CLIENT"], methods: []) }
      ),
      ("projects.list", IssueRequest.client(), { $0.projects = .list([]) }),
      ("scopes.sets", IssueRequest.client(), { $0.scopes = .some(sets: ["None"], methods: []) }),
      (
        "scopes.methods", IssueRequest.client(),
        { $0.scopes = .some(sets: [], methods: ["nothing"]) }
      ),
      ("owner", IssueRequest.personal(), { $0.owner = "nobody" }),
      ("scopes.some", IssueRequest.client(), { $0.scopes = .some(sets: [], methods: []) }),
      (
        "permissions[0].projects", IssueRequest.service(),
        { $0.permissions = [PermissionGrant(.tokensValidate, projects: [])] }
      ),
      (
        "permissions[0].kinds", IssueRequest.client(),
        { $0.permissions = [PermissionGrant(.tokensValidate, kinds: [])] }
      ),
      (
        "permissions[0].kinds", IssueRequest.service(),
        { $0.permissions = [PermissionGrant(.usersActAs, kinds: KindSet(.client))] }
      ),
      (
        "permissions[1].projects", IssueRequest.service(),
        {
          $0.permissions = [
            PermissionGrant(.tokensRead), PermissionGrant(.serverOperate, projects: ["default"]),
          ]
        }
      ),
      (
        "permissions.projects", IssueRequest.service(),
        { $0.permissions = [PermissionGrant(.tokensValidate, projects: ["elsewhere"])] }
      ),
      ("expires_at", IssueRequest.client(), { $0.expiry = .at(Timestamp(microseconds: 0)) }),
      ("lifetime", IssueRequest.client(), { $0.expiry = .after(.zero) }),
      ("lifetime", IssueRequest.client(), { $0.expiry = .after(.seconds(401 * 366 * 86_400)) }),
      ("idempotency_key", IssueRequest.client(), { $0.idempotencyKey = String(long.prefix(201)) }),
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
      var request = IssueRequest.client()
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
      var request = IssueRequest.client()
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
  func `an import takes what its value shows`(_ kind: AnyAuthority) async throws {
    let hash = String(repeating: "0123456789abcdef", count: 4)
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
}
