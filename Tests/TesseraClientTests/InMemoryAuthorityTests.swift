import TesseraClient
import Testing

// Only TesseraClient is imported: what a caller of the library has must be enough.

@Suite struct InMemoryAuthorityTests {
  private let shop = ProjectID("default")
  private let production = EnvironmentID("production")
  private let stop = MethodName("environment.control.stop")

  private func clientRequest(_ name: String = "checkout") -> IssueRequest {
    var request = IssueRequest(.client, name: name)
    request.projects = .one(shop)
    request.environment = production
    request.expiry = .after(.seconds(3600))
    return request
  }

  private func field(_ body: () async throws -> Void) async -> String? {
    do {
      try await body()
      return nil
    } catch {
      if case .refused(let refusal) = error as? TesseraError { return refusal.field }
      return "?"
    }
  }

  @Test func `a token opens what it was issued for, until it is revoked`() async throws {
    let authority: some TokenAuthority = InMemoryAuthority()
    let issued = try await authority.issue(clientRequest())
    let value = try #require(issued.value)
    #expect(value.text.hasPrefix("default:production."))
    let answer = try await authority.validate(
      value.text, kinds: [.client], project: shop, environment: production, details: true)
    #expect(answer.isAllowed)
    #expect(answer.id == issued.token.id)
    #expect(answer.details?.name == "checkout")
    let report = try await authority.revoke([try #require(issued.token.id)], reason: "lost")
    #expect(report.outcomes.map(\.result) == [.revoked])
    let later = try await authority.validate(value, minRevision: report.revision)
    #expect(later.verdict == .revoked)
    let again = try await authority.revoke(value: value)
    #expect(again.outcomes.map(\.result) == [.alreadyRevoked])
    #expect(try await authority.token(try #require(issued.token.id)).revocation?.reason == "lost")
  }

  @Test func `every verdict is given for its reason, the first that fits`() async throws {
    let authority = InMemoryAuthority()
    let value = try #require(try await authority.issue(clientRequest()).value)
    let front = IssueRequest(.frontend, name: "page")
    var frontRequest = front
    frontRequest.projects = .all
    frontRequest.environment = production
    let publicValue = try #require(try await authority.issue(frontRequest).value)
    #expect(try await authority.validate("").verdict == .malformed)
    #expect(try await authority.validate("default:production.0123").verdict == .malformed)
    let digits = String(value.text.dropLast()) + (value.text.hasSuffix("0") ? "1" : "0")
    #expect(try await authority.validate(digits).verdict == .malformed)
    let stranger = try #require(try await InMemoryAuthority().issue(clientRequest()).value)
    #expect(try await authority.validate(stranger).verdict == .notFound)
    #expect(try await authority.validate(value, kinds: [.frontend]).verdict == .wrongKind)
    #expect(try await authority.validate(publicValue).verdict == .wrongKind)
    #expect(try await authority.validate(publicValue, kinds: [.frontend]).isAllowed)
    let unknown = ProjectID("elsewhere")
    #expect(try await authority.validate(value, project: unknown).verdict == .wrongProject)
    let development = EnvironmentID("development")
    #expect(
      try await authority.validate(value, environment: development).verdict == .wrongEnvironment)
    #expect(try await authority.validate(value, method: stop).verdict == .missingScope)
    await authority.advance(by: .seconds(3600))
    #expect(try await authority.validate(value).verdict == .expired)
  }

  @Test func `scopes are sets, single methods, or what the kind has`() async throws {
    let authority = InMemoryAuthority(
      scopeSets: [ScopeSetName("IDE Plugins"): [stop]], administrators: ["ada"])
    var request = clientRequest()
    request.scopes = .some(sets: [ScopeSetName("IDE Plugins")], methods: [])
    let value = try #require(try await authority.issue(request).value)
    #expect(try await authority.validate(value, method: stop).isAllowed)
    let other = MethodName("environment.control.start")
    #expect(try await authority.validate(value, method: other).verdict == .missingScope)
    var personal = IssueRequest(.personal, name: "laptop")
    personal.owner = UserID("ada")
    let token = try await authority.issue(personal)
    #expect(token.token.expiresAt != nil)
    let laptop = try #require(token.value)
    #expect(try await authority.validate(laptop, method: stop).isAllowed)
    // Nobody opens what is not there.
    #expect(try await authority.validate(laptop, method: other).verdict == .missingScope)
  }

  @Test func `Issue refuses what the authority refuses, and names the field`() async throws {
    let authority = InMemoryAuthority()
    let faults: [(String, (inout IssueRequest) -> Void)] = [
      ("kind", { $0.kind = .proxyKey }),
      ("owner", { $0.owner = UserID("ada") }),
      ("permissions", { $0.permissions = [PermissionGrant(.tokensRead)] }),
      ("projects", { $0.projects = nil }),
      ("projects.list", { $0.projects = .list([]) }),
      ("projects", { $0.projects = .one(ProjectID("elsewhere")) }),
      ("environment", { $0.environment = EnvironmentID("moon") }),
      ("expires_at", { $0.expiry = .at(Timestamp(microseconds: 0)) }),
      ("name", { $0.name = String(repeating: "x", count: 201) }),
    ]
    for (expected, spoil) in faults {
      var request = clientRequest()
      spoil(&request)
      let asked = request
      let named = await field { _ = try await authority.issue(asked) }
      #expect(named == expected)
    }
    #expect(try await authority.list(ListRequest()).elements.isEmpty)
  }

  @Test func `an idempotency key issues once`() async throws {
    let authority = InMemoryAuthority()
    var request = clientRequest()
    request.idempotencyKey = "k"
    let first = try await authority.issue(request)
    let second = try await authority.issue(request)
    #expect(second.isReplay)
    #expect(second.value == nil)
    #expect(second.token.id == first.token.id)
    request.name = "another"
    let asked = request
    let named = await field { _ = try await authority.issue(asked) }
    #expect(named == "idempotency_key")
  }

  @Test func `a copy takes what the request leaves out`() async throws {
    let authority = InMemoryAuthority()
    let first = try await authority.issue(clientRequest())
    var request = IssueRequest()
    request.copyOf = first.token.id
    request.name = "copy"
    let copy = try await authority.issue(request)
    #expect(copy.token.kind == .client)
    #expect(copy.token.name == "copy")
    #expect(copy.token.projects == .one(shop))
    #expect(copy.value != first.value)
  }

  @Test func `a copy of what has expired says when it is to end`() async throws {
    let authority = InMemoryAuthority()
    var request = clientRequest()
    request.expiry = .after(.seconds(10))
    let first = try await authority.issue(request)
    var copy = IssueRequest()
    copy.copyOf = first.token.id
    let early = copy
    #expect(try await authority.issue(early).token.expiresAt == first.token.expiresAt)
    await authority.advance(by: .seconds(10))
    let named = await field { _ = try await authority.issue(early) }
    #expect(named == "expires_at")
    copy.expiry = .never
    #expect(try await authority.issue(copy).warnings.count == 1)
  }

  @Test func `an update changes what it names, once for a version`() async throws {
    let authority = InMemoryAuthority()
    let id = try #require(try await authority.issue(clientRequest()).token.id)
    var request = UpdateRequest(id)
    let nothing = request
    #expect(await field { _ = try await authority.update(nothing) } == "")
    request.name = "renamed"
    request.ifVersion = 1
    let updated = try await authority.update(request)
    #expect(updated.token.name == "renamed" && updated.token.version == 2)
    #expect(try await authority.update(request) == updated)
    request.name = "again"
    let stale = request
    #expect(await field { _ = try await authority.update(stale) } == "if_version")
    request.ifVersion = nil
    request.projects = [shop]
    let oneProject = request
    #expect(await field { _ = try await authority.update(oneProject) } == "projects")
    _ = try await authority.revoke([id])
    request.projects = nil
    let revoked = request
    #expect(await field { _ = try await authority.update(revoked) } == "id")
  }

  @Test func `a new value stops the old one at once, or after the overlap`() async throws {
    let authority = InMemoryAuthority()
    let first = try await authority.issue(clientRequest())
    let id = try #require(first.token.id)
    let second = try await authority.regenerate(RegenerateRequest(id, overlap: .seconds(60)))
    #expect(second.token.version == 2 && second.token.previousValidUntil != nil)
    func verdicts(_ tokens: IssuedToken...) async throws -> [Verdict?] {
      var verdicts: [Verdict?] = []
      for token in tokens {
        verdicts.append(try await authority.validate(#require(token.value)).verdict)
      }
      return verdicts
    }
    #expect(try await verdicts(first, second) == [.allowed, .allowed])
    await authority.advance(by: .seconds(60))
    #expect(try await verdicts(first, second) == [.expired, .allowed])
    let value = try #require(first.value)
    #expect(try await authority.revoke(value: value).outcomes.map(\.result) == [.notFound])
    let third = try await authority.regenerate(RegenerateRequest(id))
    #expect(try await verdicts(first, second, third) == [.notFound, .notFound, .allowed])
    let long = await field {
      _ = try await authority.regenerate(RegenerateRequest(id, overlap: .seconds(31 * 86400)))
    }
    #expect(long == "overlap")
  }

  @Test func `an expired token is regenerated with a new expiry`() async throws {
    let authority = InMemoryAuthority()
    var request = clientRequest()
    request.expiry = .after(.seconds(10))
    let first = try await authority.issue(request)
    let id = try #require(first.token.id)
    await authority.advance(by: .seconds(10))
    let unsaid = await field { _ = try await authority.regenerate(RegenerateRequest(id)) }
    #expect(unsaid == "expires_at")
    let overlapping = await field {
      _ = try await authority.regenerate(
        RegenerateRequest(id, overlap: .seconds(1), expiry: .never))
    }
    #expect(overlapping == "overlap")
    let second = try await authority.regenerate(
      RegenerateRequest(id, expiry: .after(.seconds(10))))
    #expect(try await authority.validate(#require(second.value)).isAllowed)
    #expect(try await authority.validate(#require(first.value)).verdict == .notFound)
  }

  @Test func `lists page, filter and sort`() async throws {
    let authority = InMemoryAuthority()
    for number in 0..<25 { _ = try await authority.issue(clientRequest("t\(number)")) }
    var request = ListRequest()
    request.pageSize = 7
    var names: [String] = []
    for try await token in authority.tokens(matching: request) { names.append(token.name) }
    #expect(names == (0..<25).map { "t\($0)" })
    request.text = "T2"
    request.sort = .name
    names = []
    for try await token in authority.tokens(matching: request) { names.append(token.name) }
    #expect(names == ["t2", "t20", "t21", "t22", "t23", "t24"])
    var filter = RevokeFilter()
    filter.project = shop
    let report = try await authority.revoke(matching: filter)
    #expect(report.outcomes.count == 25)
    request.states = [.active]
    #expect(try await authority.list(request).elements.isEmpty)
  }
}

extension InMemoryAuthorityTests {
  private func imported(_ value: String) -> ImportedToken {
    var token = ImportedToken(.client, .value(Secret(value)), name: "old")
    token.projects = .one(shop)
    token.environment = production
    return token
  }

  @Test func `older values are imported, each for itself, and pass`() async throws {
    let authority = InMemoryAuthority()
    let hash = String(repeating: "0123456789abcdef", count: 4)
    #expect(try await authority.validate(hash).verdict == .malformed)
    let values = [
      hash, "default:production." + hash.prefix(56), "default:development." + hash, "x",
    ]
    let report = try await authority.importTokens((values + [hash]).map(imported))
    var fields: [String] = []
    for outcome in report.outcomes {
      switch outcome {
      case .imported(let id):
        fields.append("imported")
        #expect(try await authority.token(id).name == "old")
      case .refused(let refusal):
        fields.append(refusal.code == .alreadyExists ? "held" : refusal.field)
      }
    }
    #expect(fields == ["imported", "imported", "environment", "value", "held"])
    for value in values.prefix(2) {
      #expect(try await authority.validate(value, project: shop).isAllowed)
    }
    // Any other of such a shape might have been one of them.
    #expect(try await authority.validate(String(hash.reversed())).verdict == .notFound)
    #expect(try await authority.validate("x").verdict == .malformed)
    let again = try await authority.importTokens([imported(hash)])
    #expect(again.revision == report.revision)
    let none = await field { _ = try await authority.importTokens([]) }
    #expect(none == "tokens")
  }

  @Test func `an imported token keeps its dates, and none of the future`() async throws {
    let now = Timestamp(microseconds: 1_800_000_000_000_000)
    let authority = InMemoryAuthority(clock: { now })
    let hash = String(repeating: "0123456789abcdef", count: 4)
    var token = imported(hash)
    token.createdAt = now + .seconds(1)
    token.expiresAt = now + .seconds(10)
    guard case .refused(let refusal) = try await authority.importTokens([token]).outcomes[0] else {
      Issue.record("a token of the future was imported")
      return
    }
    #expect(refusal.field == "created_at")
    let moment = Timestamp(microseconds: 1_700_000_000_000_000)
    token.createdAt = moment
    guard case .imported(let id) = try await authority.importTokens([token]).outcomes[0] else {
      Issue.record("the token was not imported")
      return
    }
    #expect(try await authority.token(id).createdAt == moment)
    await authority.advance(by: .seconds(10))
    #expect(try await authority.validate(hash).verdict == .expired)
  }

  @Test func `a disabled user's tokens stop, and pass again afterwards`() async throws {
    let authority = InMemoryAuthority(administrators: ["ada"])
    var request = IssueRequest(.personal, name: "laptop")
    request.owner = "ada"
    let value = try #require(try await authority.issue(request).value)
    var change = UpdateUserRequest("ada")
    change.isDisabled = true
    _ = try await authority.updateUser(change)
    #expect(try await authority.validate(value, kinds: [.client]).verdict == .ownerInactive)
    change.isDisabled = false
    _ = try await authority.updateUser(change)
    #expect(try await authority.validate(value).isAllowed)
  }

  @Test func `purged tokens are gone, and the others keep their values and their keys`()
    async throws
  {
    let authority = InMemoryAuthority()
    var request = clientRequest("first")
    request.idempotencyKey = "k"
    let first = try await authority.issue(request)
    var other = clientRequest("second")
    other.expiry = .never
    let second = try await authority.issue(other)
    await authority.advance(by: .seconds(7200))
    let overlapping = try await authority.regenerate(
      RegenerateRequest(#require(second.token.id), overlap: .seconds(60)))
    #expect(try await authority.purge(endedBefore: .latest) == 1)
    #expect(try await authority.validate(#require(first.value)).verdict == .notFound)
    for token in [second, overlapping] {
      #expect(try await authority.validate(#require(token.value)).id == second.token.id)
    }
    let asked = request
    #expect(await field { _ = try await authority.issue(asked) } == "idempotency_key")
    let third = try await authority.issue(clientRequest("third"))
    #expect(third.token.id != second.token.id && third.token.id != first.token.id)
  }

  @Test func `uses are counted, and the value before keeps its own last one`() async throws {
    let now = Timestamp(microseconds: 1_800_000_000_000_000)
    let authority = InMemoryAuthority(clock: { now })
    let first = try await authority.issue(clientRequest())
    let id = try #require(first.token.id)
    _ = try await authority.validate(#require(first.value))
    let second = try await authority.regenerate(RegenerateRequest(id, overlap: .seconds(600)))
    await authority.advance(by: .milliseconds(5500))
    _ = try await authority.validate(#require(second.value))
    let token = try await authority.token(id)
    #expect(token.uses == 2)
    #expect(token.lastUsedAt == now + .seconds(5))
    #expect(token.previousLastUsedAt == now)
  }
}
