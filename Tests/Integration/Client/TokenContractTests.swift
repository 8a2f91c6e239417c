import TesseraClient
import Testing

/// What holds of every token authority, asked of one over TLS and of the one that stands in for it:
/// so that the second is no other than the first.
@Suite struct TokenContractTests {
  private let shop: ProjectID = "default"
  private let production: EnvironmentID = "production"
  private let read: MethodName = "features.read"

  @Test(arguments: AnyAuthority.allCases)
  func `a token opens what it was issued for`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let issued = try await authority.issue(IssueRequest.client())
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
      var front = IssueRequest.client("page")
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
      let service = try await authority.issue(IssueRequest.service())
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
      let laptop = try await authority.issue(IssueRequest.personal())
      #expect(laptop.token.owner == "ada" && laptop.token.expiresAt != nil)
      #expect(try #require(laptop.value).text.hasPrefix("user:"))
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `an update changes what it names, once for a version`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let id = try #require(try await authority.issue(IssueRequest.client()).token.id)
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
      let first = try await authority.issue(IssueRequest.client())
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
  func `who asks is known, and how the authority is`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let caller = try await authority.whoAmI()
      #expect(caller.isAdmin && caller.actor != nil)
      let before = try await authority.health()
      #expect(before.status == .serving && before.version == SoftwareVersion.current)
      #expect(before.startedAt != nil)
      let issued = try await authority.issue(IssueRequest.client())
      let after = try await authority.health()
      #expect(after.tokens == before.tokens + 1 && after.revision == issued.revision)
      #expect(
        try await refusal {
          _ = try await authority.validate("x", minRevision: after.revision.next)
        } == "UNAVAILABLE min_revision")
    }
  }
}
