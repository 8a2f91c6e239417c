import TesseraClient
import TesseraModel
import Testing

@testable import tessera

@Suite struct PeopleOutputTests {
  private let at = Timestamp(microseconds: 86_400_000_000)

  @Test func `a user in a row, in facts and in JSON`() {
    var user = User()
    user.id = "ada"
    user.name = "Ada\u{1b}"
    user.isDisabled = true
    user.grants = [Grant(.project("web"), scopes: .all), Grant(.global)]
    user.roles = ["Release Manager"]
    user.hasPassword = true
    user.createdAt = at
    user.createdBy = .user("bob", through: nil)
    user.version = 2
    user.tokens = 3
    #expect(
      user.row == [
        "ada", "Ada\u{1b}", "DISABLED", "no", "yes", "3", "Release Manager",
        "project=web,methods=all; global",
      ])
    #expect(User.columns.count == user.row.count)
    #expect(
      user.json.text
        == #"{"id":"ada","name":"Ada\u001b","admin":false,"disabled":true,"#
        + #""grants":["project=web,methods=all","global"],"roles":["Release Manager"],"#
        + #""has_password":true,"tokens":3,"created_at":"1970-01-02T00:00:00Z","#
        + #""created_by":"user bob","version":2}"#)
    let facts = Table.facts(user.facts)
    #expect(facts.contains("grant       project=web,methods=all"))
    #expect(facts.contains("grant       global"))
    #expect(!facts.joined().contains("\u{1b}"))
  }

  @Test func `entries of every type`() {
    let entries: [(RegistryEntry, holds: String, json: String)] = [
      (.project(.init("a")), "-", #"{"name":"a","description":"","version":1}"#),
      (.environment(.init("a")), "-", #"{"name":"a","description":"","version":1}"#),
      (
        .method(.init("a", link: "l")), "l",
        #"{"name":"a","description":"","link":"l","version":1}"#
      ),
      (
        .scopeSet(.init("a", methods: ["m", "n"])), "m; n",
        #"{"name":"a","description":"","methods":["m","n"],"version":1}"#
      ),
      (
        .role(.init("a", grants: [Grant(.global)])), "global",
        #"{"name":"a","description":"","grants":["global"],"version":1}"#
      ),
    ]
    for (entry, holds, json) in entries {
      #expect(entry.row == ["a", "-", holds, "1"])
      #expect(entry.json.text == json)
      var changed = entry
      changed.description = "d"
      #expect(changed.row[1] == "d")
      #expect(changed.key == entry.key)
      #expect(RegistryEntry(entry.key).key == entry.key)
    }
  }

  @Test func `an event in a row and in JSON`() {
    let id = TokenID(high: 1 << 56, low: 0)
    var event = ChangeEvent(
      Event(
        revision: Revision(rawValue: 7), at: at, actor: .user("ada", through: id),
        kind: .tokenUpdated, subject: .tokens([id]),
        changes: [FieldChange("name", before: "a", after: "b"), FieldChange("password")]))
    #expect(
      event.row == [
        "7", "1970-01-02T00:00:00Z", "user ada through \(id)", "TOKEN_UPDATED", id.description,
        "name: 'a' → 'b'; password",
      ])
    #expect(
      event.json.text
        == #"{"revision":7,"at":"1970-01-02T00:00:00Z","actor":"user ada through \#(id)","#
        + #""kind":"TOKEN_UPDATED","tokens":["\#(id)"],"token_count":1,"changes":["#
        + #"{"field":"name","before":"a","after":"b"},"#
        + #"{"field":"password","before":"","after":""}]}"#)
    event.tokenCount = 12
    #expect(event.subject == "\(id) and 11 more")
    let removed = ChangeEvent(
      Event(
        revision: .zero, at: at, actor: .token(id), kind: .entryRemoved,
        subject: .entry(.scopeSet("IDE Plugins"))))
    #expect(removed.subject == "scope-set=IDE Plugins")
    let gone = ChangeEvent(
      Event(revision: .zero, at: at, actor: .token(id), kind: .userRemoved, subject: .user("bob")))
    #expect(gone.subject == "user=bob")
    #expect(ChangeEvent.columns.count == gone.row.count)
  }

  @Test func `a list that is watched`() {
    var token = Token()
    token.id = TokenID(high: 1 << 56, low: 0)
    token.uses = 4
    token.lastUsedAt = at
    let now = Timestamp(microseconds: 86_400_000_000 + 1_500_000)
    let table = Watch(format: .table, interval: .seconds(5)).lines([token], at: now)
    #expect(table.count == 3)
    #expect(table[0] == "1970-01-02T00:00:01Z  1 shown, every 5s")
    #expect(table[2].hasSuffix("1970-01-02T00:00:00Z  4"))
    let json = Watch(format: .json, interval: .seconds(5)).lines([], at: now)
    #expect(json == [#"{"at":"1970-01-02T00:00:01.500000Z","tokens":[]}"#])
  }

  @Test func `a frame fits its terminal`() {
    let lines = ["head", "one line that is long", "two", "three"]
    let frame = Screen.frame(lines, rows: 4, columns: 8)
    #expect(
      frame == "\u{1b}[H"
        + ["head", "one line", "… and 2 "].map { $0 + "\u{1b}[K\r\n" }.joined()
        + "\u{1b}[J")
    let bold = Screen.frame(["\u{1b}[1mhead\u{1b}[0m"], rows: 2, columns: 6)
    #expect(bold == "\u{1b}[H\u{1b}[1mhe\u{1b}[0m\u{1b}[K\r\n\u{1b}[J")
  }

  @Test func `how often a list is watched`() throws {
    func list(_ arguments: String...) throws -> ListCommand {
      try #require(try Tessera.parseAsRoot(["token", "list"] + arguments) as? ListCommand)
    }
    #expect(try list("--watch").watch?.span == .seconds(2))
    #expect(try list("--watch", "5s").watch?.span == .seconds(5))
    let both = try list("--watch", "-o", "json", "--kind", "client")
    #expect(both.watch?.span == .seconds(2))
    #expect(both.output.format == .json)
    #expect(try list().watch == nil)
  }

  @Test func `pages end where the limit is, or the list`() async throws {
    func numbers(limit: Int?, pages: [Int]) async throws -> [Int] {
      var asked: [UInt32] = []
      var seen: [Int] = []
      try await Paging(limit: limit).run(
        ListRequest(),
        { request in
          asked.append(request.pageSize)
          let page = request.pageToken.first.map(Int.init) ?? 0
          let next = page + 1 < pages.count ? [UInt8(page + 1)] : []
          return Page(Array(repeating: page, count: pages[page]), nextPageToken: next)
        },
        { seen += $0 })
      #expect(asked.allSatisfy { $0 <= 1000 && $0 > 0 })
      return seen
    }
    #expect(try await numbers(limit: nil, pages: [2, 0, 1]) == [0, 0, 2])
    #expect(try await numbers(limit: 3, pages: [2, 2, 2]) == [0, 0, 1])
    #expect(try await numbers(limit: 2, pages: [5]) == [0, 0])
  }

  @Test func `what a filter is about to revoke`() {
    var filter = RevokeFilter()
    filter.project = "web"
    filter.issuedBefore = at
    var token = Token()
    token.projects = .list(["web"])
    token.createdAt = Timestamp(microseconds: 0)
    #expect(filter.revokes(token))
    token.createdAt = at
    #expect(!filter.revokes(token))
    token.createdAt = Timestamp(microseconds: 0)
    token.projects = .all
    #expect(!filter.revokes(token))
    filter.project = nil
    #expect(filter.revokes(token))
    #expect(filter.listRequest.states == [.active, .expired])
  }
}
