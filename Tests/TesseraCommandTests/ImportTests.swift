import ArgumentParser
import TesseraClient
import Testing

@testable import tessera

@Suite struct ImportTests {
  private let now = Timestamp(microseconds: 86_400_000_000 * 365)
  private let hex = String(repeating: "0123456789abcdef", count: 4)

  private func command(_ arguments: String...) throws -> ImportCommand {
    try #require(
      try Tessera.parseAsRoot(["token", "import"] + arguments) as? ImportCommand)
  }

  private func failure(_ body: () throws -> Void) -> CommandFailure? {
    do { try body() } catch { return error as? CommandFailure }
    return nil
  }

  @Test func `the options say what all the tokens are`() throws {
    let token = try command(
      "client", "--name", "old", "--description", "d", "--project", "a", "--environment",
      "production", "--method", "m", "--expires", "30d", "--created-at", "1970-02-01"
    ).template(now: now)
    var expected = ImportedToken()
    expected.kind = .client
    expected.name = "old"
    expected.description = "d"
    expected.projects = .one("a")
    expected.environment = "production"
    expected.scopes = .some(sets: [], methods: ["m"])
    expected.expiresAt = now + .seconds(30 * 86400)
    expected.createdAt = Timestamp(microseconds: 86_400_000_000 * 31)
    #expect(token == expected)
    #expect(try command("admin").template(now: now).expiresAt == nil)
  }

  @Test(arguments: [
    [], ["--from", "f", "client"], ["--from", "f", "--sha256"], ["--from", "f", "--name", "n"],
    ["--from", "f", "--values-file", "v"], ["client", "--created-at", "once"],
    ["client", "a-value-as-an-argument"],
  ])
  func `what is to be imported is said in one way`(_ arguments: [String]) {
    #expect(throws: (any Error).self) {
      _ = try Tessera.parseAsRoot(["token", "import"] + arguments)
    }
  }

  @Test func `values and digests, one a line`() throws {
    var template = ImportedToken()
    template.kind = .client
    let values = try ImportText.tokens(
      lines: Array("one\r\n\n\ntwo".utf8), from: "f", areDigests: false, like: template)
    #expect(values.map(\.number) == [1, 4])
    #expect(values.map(\.token.credential) == [.value(Secret("one")), .value(Secret("two"))])
    #expect(values[0].token.kind == .client)
    let digests = try ImportText.tokens(
      lines: Array("\(hex)\n\(hex.uppercased())\n".utf8), from: "f", areDigests: true,
      like: template)
    let word: UInt64 = 0x0123_4567_89ab_cdef
    let digest = Digest(word, word, word, word)
    #expect(digests.map(\.token.credential) == [.sha256(digest), .sha256(digest)])
  }

  @Test func `a line that is none is named, and not shown`() {
    let tooLong = String(repeating: "secret", count: 100)
    for (text, areDigests) in [("\(hex)\nsecret\n", true), ("one\n\(tooLong)\n", false)] {
      let failure = failure {
        _ = try ImportText.tokens(
          lines: Array(text.utf8), from: "f", areDigests: areDigests, like: ImportedToken())
      }
      #expect(failure?.status == .usage)
      #expect(failure?.message.hasPrefix("f:2: ") == true)
      #expect(failure?.message.contains("secret") == false)
    }
  }

  @Test func `a file of objects, with what the output of a list says`() throws {
    let text = """
      [{"value": "v", "kind": "CLIENT", "name": "n", "description": "d", "projects": ["a", "b"],
        "environment": "production", "scopes": {"sets": ["IDE Plugins"], "methods": ["m"]},
        "expires_at": "2027-01-31T00:00:00Z", "created_at": "1970-02-01", "id": "tok_x", "uses": 3,
        "last_used_at": null, "version": 1, "state": "ACTIVE", "created_by": "certificate c"},
       {"sha256": "\(hex)", "kind": "personal", "owner": "ada", "scopes": "*", "expires_at": null},
       {"value": "w", "kind": "FRONTEND", "projects": "*", "scopes": "kind default"},
       {"value": "x", "kind": "SERVICE", "permissions": ["tokens.read:projects=a"],
        "projects": null, "expires_at": "30d"}]
      """
    let tokens = try ImportText.tokens(json: Array(text.utf8), from: "f", now: now)
    #expect(tokens.map(\.number) == [1, 2, 3, 4])
    var first = ImportedToken(.client, .value(Secret("v")), name: "n")
    first.description = "d"
    first.projects = .list(["a", "b"])
    first.environment = "production"
    first.scopes = .some(sets: ["IDE Plugins"], methods: ["m"])
    first.expiresAt = DateText.moment("2027-01-31T00:00:00Z", aDayMeans: .start)
    first.createdAt = Timestamp(microseconds: 86_400_000_000 * 31)
    #expect(tokens[0].token == first)
    #expect(tokens[1].token.owner == "ada")
    #expect(tokens[1].token.scopes == .all)
    #expect(tokens[1].token.expiresAt == nil)
    #expect(tokens[2].token.projects == .all)
    #expect(tokens[2].token.scopes == .kindDefault)
    #expect(tokens[3].token.permissions == [PermissionGrant(.tokensRead, projects: ["a"])])
    #expect(tokens[3].token.expiresAt == now + .seconds(30 * 86400))
  }

  @Test(arguments: [
    ("{}", "f: "), ("[1]", "f: token 1: "), ("[{}]", "f: token 1: value or sha256 is missing"),
    (#"[{"value":"v"}]"#, "f: token 1: kind is missing"),
    (#"[{"value":"v","kind":"x"}]"#, "f: token 1: kind: 'x' is no kind"),
    (#"[{"value":"v","kind":"admin"},{"value":"secret","sha256":"a"}]"#, "f: token 2: "),
    (#"[{"sha256":"secret","kind":"admin"}]"#, "f: token 1: sha256: "),
    (#"[{"value":"v","kind":"admin","colour":"red"}]"#, "f: token 1: 'colour' is no member"),
    (#"[{"value":"v","kind":"admin","state":"REVOKED"}]"#, "f: token 1: the token was revoked"),
    (#"[{"value":"v","kind":"admin","revocation":{}}]"#, "f: token 1: the token was revoked"),
    (#"[{"value":"v","kind":"client","scopes":{"set":[]}}]"#, "f: token 1: scopes.set: "),
    (#"[{"value":"v","kind":"client","projects":["a b"]}]"#, "f: token 1: projects: 'a b'"),
    (#"[{"value":7,"kind":"client"}]"#, "f: token 1: value: a text"),
    ("[\n{\n}\n", "f:4: "),
  ])
  func `an object that is no token is named`(_ text: String, _ beginning: String) {
    let failure = failure {
      _ = try ImportText.tokens(json: Array(text.utf8), from: "f", now: now)
    }
    #expect(failure?.status == .usage)
    #expect(failure?.message.hasPrefix(beginning) == true, "\(failure?.message ?? "")")
    #expect(failure?.message.contains("secret") == false)
  }

  @Test func `calls hold a thousand tokens, and what a frame can`() {
    let small = (1...2500).map {
      NumberedToken(number: $0, token: ImportedToken(.admin, .value(Secret("v"))))
    }
    #expect(ImportBatch.batches(small).map(\.count) == [1000, 1000, 500])
    #expect(ImportBatch.batches([]).isEmpty)
    var token = ImportedToken(.client, .value(Secret("v")))
    token.scopes = .some(
      sets: [],
      methods: (0..<1000).map { MethodName(unchecked: String(repeating: "m", count: 95) + "\($0)") }
    )
    let large = (1...100).map { NumberedToken(number: $0, token: token) }
    let batches = ImportBatch.batches(large)
    #expect(batches.joined().map(\.number) == Array(1...100))
    #expect(batches.allSatisfy { $0.count <= 5 && !$0.isEmpty })
  }

  @Test func `an outcome in a row and in JSON`() {
    let id = TokenID(high: 1 << 56, low: 0)
    let imported = ImportedLine(number: 1, outcome: .imported(id))
    #expect(imported.row == ["1", id.description, "IMPORTED", "-"])
    #expect(imported.json.text == #"{"number":1,"id":"\#(id)","result":"IMPORTED"}"#)
    let refused = ImportedLine(
      number: 2, outcome: .refused(Refusal(.alreadyExists, "it is held", field: "value")))
    #expect(refused.row == ["2", "-", "ALREADY_EXISTS", "value: it is held"])
    #expect(
      refused.json.text
        == #"{"number":2,"result":"ALREADY_EXISTS","field":"value","message":"it is held"}"#)
  }
}
