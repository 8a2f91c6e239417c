import ArgumentParser
import TesseraClient
import Testing

@testable import tessera

@Suite struct ArgumentTests {
  private func issue(_ arguments: String...) throws -> IssueRequest {
    let command = try Tessera.parseAsRoot(["token", "issue"] + arguments)
    return try #require(command as? IssueCommand).arguments.request
  }

  private func exitCode(_ arguments: String...) -> Int32? {
    do {
      _ = try Tessera.parseAsRoot(arguments)
      return nil
    } catch {
      return Tessera.exitCode(for: error).rawValue
    }
  }

  @Test func `everything a token can be asked for`() throws {
    let request = try issue(
      "client", "--name", "checkout", "--project", "a", "--project", "b", "--environment",
      "production", "--scope-set", "IDE Plugins", "--method", "m.read", "--expires", "30d",
      "--idempotency-key", "k", "--description", "d")
    var expected = IssueRequest(.client, name: "checkout")
    expected.projects = .list([ProjectID("a"), ProjectID("b")])
    expected.environment = EnvironmentID("production")
    expected.scopes = .some(sets: [ScopeSetName("IDE Plugins")], methods: [MethodName("m.read")])
    expected.expiry = .after(.seconds(30 * 86400))
    expected.idempotencyKey = "k"
    expected.description = "d"
    #expect(request == expected)
    #expect(try issue("FRONTEND", "--project", "a").projects == .one(ProjectID("a")))
    #expect(try issue("FRONTEND", "--all-projects").projects == .all)
    #expect(try issue("personal", "--owner", "ada").owner == UserID("ada"))
    #expect(try issue("admin", "--expires", "never").expiry == .never)
    #expect(try issue("admin").expiry == nil)
    let end = DateText.moment("2027-02-01T00:00:00Z", aDayMeans: .start)
    #expect(try issue("admin", "--expires", "2027-01-31").expiry == end.map { .at($0) })
  }

  @Test func `permissions carry their limits`() throws {
    let request = try issue(
      "service", "--permission", "tokens.validate", "--permission",
      "tokens.issue:kinds=CLIENT,FRONTEND:projects=a,b:environments=production")
    let limited = PermissionGrant(
      .tokensIssue, kinds: [KindSet(.client), KindSet(.frontend)],
      projects: [ProjectID("a"), ProjectID("b")], environments: [EnvironmentID("production")])
    #expect(request.permissions == [PermissionGrant(.tokensValidate), limited])
    #expect(
      limited.text == "tokens.issue:kinds=CLIENT,FRONTEND:projects=a,b:environments=production")
    #expect(try Parse.permission(limited.text) == limited)
  }

  @Test(arguments: [
    ["token", "issue"], ["token", "issue", "thing"],
    ["token", "issue", "client", "--project", "a b"],
    ["token", "issue", "client", "--all-projects", "--project", "a"],
    ["token", "issue", "client", "--count", "2"], ["token", "issue", "client", "--count", "0"],
    ["token", "issue", "client", "--expires", "tomorrow"],
    ["token", "issue", "service", "--permission", "tokens.fly"],
    ["token", "issue", "service", "--permission", "tokens.read:projects="],
    ["token", "issue", "service", "--permission", "tokens.read:colours=red"],
    ["token", "revoke"], ["token", "revoke", "notanid"],
    ["token", "revoke", "tok_01000000000000000000000000", "--value-file", "f"],
    ["token", "validate", "a-value-as-an-argument"], ["token", "get"],
    ["token", "list", "--limit", "0"], ["token", "list", "--last-used-before", "once"],
    ["token", "list", "--watch", "often"], ["token", "list", "--watch=0s"],
    ["health", "--client-certificate", "c"], ["health", "--client-key", "k"],
    ["health", "--client-certificate", "c", "--client-key", "k", "--token-file", "t"],
    ["token", "update"], ["token", "update", "tok_01000000000000000000000000"],
    ["token", "update", "tok_01000000000000000000000000", "--if-version", "1"],
    ["token", "update", "tok_01000000000000000000000000", "--kind-scopes", "--method", "m"],
    ["token", "regenerate"], ["token", "copy"],
    ["token", "regenerate", "tok_01000000000000000000000000", "--overlap", "soon"],
    ["token", "list", "--state", "asleep"], ["token", "list", "--sort", "size"],
    ["health", "-o", "xml"], ["health", "--timeout", "soon"], ["nonsense"],
  ])
  func `what is not understood is a usage error`(_ arguments: [String]) {
    var code: Int32?
    do { _ = try Tessera.parseAsRoot(arguments) } catch {
      code = Tessera.exitCode(for: error).rawValue
    }
    #expect(code == CommandStatus.usage.rawValue)
  }

  @Test func `an update says only what it names`() throws {
    let id = TokenID(high: 1 << 56, low: 0)
    func update(_ arguments: String...) throws -> UpdateRequest {
      let command = try Tessera.parseAsRoot(["token", "update", id.description] + arguments)
      return try #require(command as? tessera.UpdateCommand).request
    }
    var expected = UpdateRequest(id)
    expected.name = ""
    #expect(try update("--name", "") == expected)
    expected.name = "n"
    expected.description = "d"
    expected.projects = [ProjectID("a"), ProjectID("b")]
    expected.scopes = .some(sets: [], methods: [MethodName("m")])
    expected.expiry = .after(.seconds(86400))
    expected.ifVersion = 3
    #expect(
      try update(
        "--name", "n", "--description", "d", "--project", "a", "--project", "b", "--method", "m",
        "--expires", "1d", "--if-version", "3") == expected)
    #expect(try update("--kind-scopes").scopes == .kindDefault)
    #expect(try update("--all-scopes").scopes == .all)
  }

  @Test func `regenerate and copy name a token and what is to be other`() throws {
    let id = TokenID(high: 1 << 56, low: 0)
    let regenerate = try Tessera.parseAsRoot([
      "token", "regenerate", id.description, "--overlap", "24h", "--expires", "never",
    ])
    #expect(
      try #require(regenerate as? tessera.RegenerateCommand).request
        == RegenerateRequest(id, overlap: .seconds(86400), expiry: .never))
    let copy = try Tessera.parseAsRoot([
      "token", "copy", id.description, "--kind", "frontend", "--name", "n", "--project", "a",
    ])
    var expected = IssueRequest(.frontend, name: "n")
    expected.copyOf = id
    expected.projects = .one(ProjectID("a"))
    #expect(try #require(copy as? CopyCommand).request == expected)
    let plain = try Tessera.parseAsRoot(["token", "copy", id.description])
    var nothing = IssueRequest()
    nothing.copyOf = id
    #expect(try #require(plain as? CopyCommand).request == nothing)
  }

  @Test func `a new value is shown with when the one before stops`() {
    var token = Token()
    token.id = TokenID(high: 1 << 56, low: 0)
    token.kind = .client
    token.previousValidUntil = DateText.moment("2027-01-31T12:00:00Z", aDayMeans: .start)
    let issued = IssuedToken(value: Secret("secret"), token: token, warnings: ["careful"])
    let remarks = ValueOutput(format: .table, verb: "Regenerated").remarks(issued)
    #expect(
      remarks == [
        "Regenerated tok_01000000000000000000000000, CLIENT, which never expires.",
        "The value before it passes until 2027-01-31T12:00:00Z.",
        "Save the value now: it is not kept and cannot be shown again.", "Warning: careful",
      ])
  }

  @Test func `every filter of a revocation`() throws {
    let command = try Tessera.parseAsRoot([
      "token", "revoke", "--kind", "client", "--owner", "ada", "--project", "a",
      "--environment", "production", "--issued-before", "1d", "--yes",
    ])
    let revoke = try #require(command as? RevokeCommand)
    let target = try revoke.target(now: Timestamp(microseconds: 86_400_000_000 * 3))
    guard case .filter(let filter) = target else { throw ExitCode.failure }
    #expect(filter.kinds == KindSet(.client))
    #expect(filter.owner == UserID("ada"))
    #expect(filter.project == ProjectID("a"))
    #expect(filter.environment == EnvironmentID("production"))
    #expect(filter.issuedBefore == Timestamp(microseconds: 86_400_000_000 * 2))
  }

  @Test(arguments: [
    ["token", "revoke"], ["token", "revoke", "--kind", "client", "--value-file", "-"],
    ["token", "revoke", "--owner", "ada", "tok_01m7zykv0bs3wpr3v81gwkc000"],
  ])
  func `what is to be revoked is said in one way`(arguments: [String]) {
    #expect(throws: (any Error).self) { try Tessera.parseAsRoot(arguments) }
  }

  @Test func `every filter of a list`() throws {
    let command = try Tessera.parseAsRoot([
      "token", "list", "--kind", "client", "--kind", "admin", "--owner", "ada", "--project", "a",
      "--environment", "production", "--state", "active", "--expiring-within", "7d",
      "--text", "check", "--sort", "last-used", "--last-used-before", "90d", "--limit", "5",
    ])
    let list = try #require(command as? ListCommand)
    let request = try list.filters.request(now: Timestamp(microseconds: 86_400_000_000 * 100))
    #expect(request.kinds == [KindSet(.client), KindSet(.admin)])
    #expect(request.owner == UserID("ada"))
    #expect(request.project == ProjectID("a"))
    #expect(request.environment == EnvironmentID("production"))
    #expect(request.states == [.active])
    #expect(request.expiringWithin == .seconds(7 * 86400))
    #expect(request.text == "check")
    #expect(request.sort == .lastUsed)
    #expect(request.lastUsedBefore == Timestamp(microseconds: 86_400_000_000 * 10))
    #expect(list.paging.limit == 5)
    #expect(list.watch == nil)
    let plain = try #require(try Tessera.parseAsRoot(["token", "list"]) as? ListCommand)
    #expect(try plain.filters.request(now: .now) == ListRequest())
  }

  @Test func `a validation asks what its flags name`() throws {
    let command = try Tessera.parseAsRoot([
      "token", "validate", "--kind", "frontend", "--project", "a", "--environment", "production",
      "--method", "m", "--details", "--value-file", "f",
    ])
    let request = try #require(command as? ValidateCommand).request(Secret("v"))
    #expect(request.token == Secret("v"))
    #expect(request.kinds == KindSet(.frontend))
    #expect(request.project == ProjectID("a"))
    #expect(request.environment == EnvironmentID("production"))
    #expect(request.method == MethodName("m"))
    #expect(request.details)
  }

  @Test func `a value is one line`() throws {
    #expect(try TokenInput.value(Array("v\n".utf8), from: "f") == Secret("v"))
    #expect(try TokenInput.value(Array("v\r\n".utf8), from: "f") == Secret("v"))
    for text in ["", "\n", "a\nb\n"] {
      #expect(throws: CommandFailure.self) {
        _ = try TokenInput.value(Array(text.utf8), from: "f")
      }
    }
  }
}
