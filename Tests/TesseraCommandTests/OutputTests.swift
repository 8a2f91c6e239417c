import TesseraClient
import Testing

@testable import tessera

@Suite struct OutputTests {
  @Test func `what would steer a terminal is written out`() {
    #expect(Printable.text("plain ünïcode 名前") == "plain ünïcode 名前")
    #expect(Printable.text("a\u{1b}[31mb") == "a\\u{1b}[31mb")
    #expect(Printable.text("a\r\nb\u{7}\u{9b}") == "a\\u{d}\\u{a}b\\u{7}\\u{9b}")
    #expect(Printable.text("a\u{202e}b\u{2028}") == "a\\u{202e}b\\u{2028}")
  }

  @Test func `tables line up, and grow no wider on later pages`() {
    var table = Table(["ID", "NAME"], usesColour: false)
    #expect(
      table.lines([["1", "a"], ["22", "b\u{1b}"]]) == ["ID  NAME", "1   a", "22  b\\u{1b}"])
    #expect(table.lines([["333", "c"]]) == ["333  c"])
    var coloured = Table(["A"], usesColour: true)
    #expect(coloured.lines([]) == ["\u{1b}[1mA\u{1b}[0m"])
  }

  @Test func `facts leave out what is empty`() {
    #expect(Table.facts([("id", "1"), ("owner", ""), ("name", "x")]) == ["id    1", "name  x"])
  }

  @Test func `JSON keeps order and escapes`() {
    let json = JSON.object([
      "b": .string("q\"\\\n\u{1b}\u{202e}é"), "a": .array([.number(.max), .null, .bool(true)]),
      "none": nil,
    ])
    #expect(
      json.text
        == #"{"b":"q\"\\\n\u001b\u202eé","a":[18446744073709551615,null,true]}"#)
    #expect(JSON.quoted("\u{e0001}") == #""\udb40\udc01""#)
  }

  @Test func `a token in a row, in facts and in JSON`() async throws {
    let authority = InMemoryAuthority(clock: { Timestamp(microseconds: 0) })
    var request = IssueRequest(.client, name: "checkout")
    request.projects = .all
    request.environment = EnvironmentID("production")
    request.expiry = .after(.seconds(86400))
    var token = try await authority.issue(request).token
    // No authority takes such a name; what is printed does not rely on it.
    token.name = "check\u{1b}out"
    let id = try #require(token.id).description
    #expect(
      token.row == [
        id, "CLIENT", "check\u{1b}out", "*", "production", "-", "ACTIVE", "1970-01-02T00:00:00Z",
        "never", "0",
      ])
    #expect(Token.columns.count == token.row.count)
    #expect(
      token.json.text
        == #"{"id":"\#(id)","kind":"CLIENT","name":"check\u001bout","description":"","#
        + #""projects":"*","environment":"production","scopes":"kind default","state":"ACTIVE","#
        + #""created_at":"1970-01-01T00:00:00Z","created_by":"certificate in-memory","#
        + #""expires_at":"1970-01-02T00:00:00Z","last_used_at":null,"uses":0,"version":1}"#)
    #expect(!Table.facts(token.facts).joined().contains("\u{1b}"))
  }

  @Test func `a verdict in lines and in JSON`() {
    let refused = Validation(.wrongProject, revision: Revision(rawValue: 4))
    #expect(refused.lines(usesColour: false) == ["WRONG_PROJECT"])
    #expect(refused.json.text == #"{"verdict":"WRONG_PROJECT","allowed":false,"revision":4}"#)
    let allowed = Validation(.allowed, id: TokenID(high: 0, low: 1), kind: .client)
    #expect(
      allowed.lines(usesColour: false) == [
        "ALLOWED", "id    tok_00000000000000000000000001", "kind  CLIENT",
      ])
    #expect(Validation(nil).verdictName == "UNKNOWN")
    #expect(allowed.lines(usesColour: true)[0] == "\u{1b}[32mALLOWED\u{1b}[0m")
  }

  @Test func `a bar shows how far it is`() {
    #expect(Progress.line(0, of: 4) == "[                              ]   0% 0/4")
    #expect(Progress.line(2, of: 4) == "[###############               ]  50% 2/4")
    #expect(Progress.line(4, of: 4) == "[##############################] 100% 4/4")
  }
}
