import Glibc
import Testing

/// `tessera project|environment|method|scope-set|event`, and how commands end, against an
/// authority.
@Suite struct RegistryCommandTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test func `entries are created, changed, listed and deleted`() throws {
    for noun in ["project", "environment", "method", "scope-set", "role"] { try lifeOf(noun) }
  }

  /// Of an entry, from its creation to its end.
  private func lifeOf(_ noun: String) throws {
    let created = try place.must(noun, "create", "new.one", "--description", "first")
    #expect(created.contains("new.one") && created.contains("version"), "\(created)")
    let twice = try place.tessera(noun, "create", "new.one")
    #expect(twice.code == 1 && twice.words.contains("ALREADY_EXISTS"))
    let updated = try place.must(
      noun, "update", "new.one", "--description", "second", "--if-version", "1", "-o", "json")
    #expect(updated.member("description") == "second" && updated.member("version") == "2")
    let stale = try place.tessera(
      noun, "update", "new.one", "--description", "third", "--if-version", "1")
    #expect(stale.code == EX_TEMPFAIL && stale.words.contains("ABORTED"), "\(stale.words)")
    #expect(try place.must(noun, "get", "new.one").contains("second"))
    #expect(try place.must(noun, "list", "--search", "SECOND").contains("new.one"))
    #expect(try place.must(noun, "delete", "new.one") == "revoked tokens  0\n")
    let gone = try place.tessera(noun, "get", "new.one")
    #expect(gone.code == 1 && gone.words.contains("NOT_FOUND"))
    #expect(try !place.must(noun, "list").contains("new.one"))
    #expect(try place.tessera(noun, "update", "new.one").code == EX_USAGE)

    let events = try place.must("event", "list", "--entry", "\(noun)=new.one", "-o", "json")
      .split(separator: "\n")
    #expect(events.count == 3)
    #expect(events.last?.contains("\"kind\":\"ENTRY_CREATED\"") == true, "\(events)")
    #expect(events[1].contains("\"before\":\"first\",\"after\":\"second\""), "\(events)")
  }

  @Test func `a set's methods are what its tokens open`() throws {
    try place.must("method", "create", "orders.read", "--link", "https://docs.example.com/orders")
    try place.must("method", "create", "orders.write")
    try place.must("scope-set", "create", "Orders", "--method", "orders.read")
    try place.must("scope-set", "update", "Orders", "--add-method", "orders.write")
    try place.must("scope-set", "update", "Orders", "--remove-method", "orders.read")
    let value = try place.must(
      "token", "issue", "CLIENT", "--project", "default", "--environment", "production",
      "--scope-set", "Orders", "--expires", "1d")
    func code(_ method: String) throws -> Int32 {
      try place.tessera("token", "validate", "--method", method, input: value).code
    }
    #expect(try code("orders.write") == 0)
    #expect(try code("orders.read") == 1)
  }

  @Test func `a project that tokens are for is asked about before it goes with them`() throws {
    try place.must("project", "create", "web")
    for name in ["a", "b"] {
      try place.must(
        "token", "issue", "FRONTEND", "--project", "web", "--environment", "production", "--name",
        name, "--expires", "1d")
    }
    #expect(try place.tessera("project", "delete", "web").code == EX_USAGE)
    let kept = try place.atTerminal(
      "project", "delete", "web",
      answering: ["Delete project web, and revoke 2 tokens with it, for good? [y/N] ": ""])
    #expect(kept.code == 1 && kept.words.contains("nothing was changed"))
    #expect(try place.must("project", "delete", "web", "--yes") == "revoked tokens  2\n")
  }

  @Test func `events are listed by kind, by whom and by time`() throws {
    let id = try #require(
      try place.must(
        "token", "issue", "SERVICE", "--permission", "tokens.read", "--expires", "1d", "-o", "json"
      ).tokenID)
    let byToken = try place.must("event", "list", "--token", id)
    #expect(byToken.split(separator: "\n").count == 2 && byToken.contains("TOKEN_ISSUED"))
    #expect(try place.must("event", "list", "--token", id, "--since", "1h").contains(id))
    #expect(try place.must("event", "list", "--token", id, "--before", "01-02-2020").isEmpty)
    #expect(try place.tessera("event", "list", "--kind", "nothing").code == EX_USAGE)
    #expect(try place.must("event", "list", "--limit", "1").split(separator: "\n").count == 2)
  }

  @Test func `how a command ended is in its exit code`() throws {
    #expect(try place.tessera("health").code == 0)
    #expect(try place.tessera("tokens").code == EX_USAGE)
    let unsaid = try place.tessera("login")
    #expect(unsaid.code == EX_USAGE && unsaid.words.contains("see: tessera login --help"))
    #expect(try place.tessera("token", "get", "nonsense").code == EX_USAGE)
    let unknown = try place.tessera(
      "token", "issue", "CLIENT", "--project", "nowhere", "--environment", "production")
    #expect(unknown.code == EX_USAGE && unknown.words.contains("projects: "), "\(unknown.words)")
    #expect(try place.tessera("token", "validate", input: "nonsense").code == 1)

    let limited = try place.must(
      "token", "issue", "SERVICE", "--permission", "tokens.validate", "--expires", "1d")
    Files.write(limited.utf8, to: place.file("limited"))
    let denied = try place.tessera("user", "list", "--token-file", "limited")
    #expect(denied.code == EX_NOPERM && denied.words.contains("PERMISSION_DENIED"))
    Files.write("nobody's\n".utf8, to: place.file("nobody"))
    let stranger = try place.tessera("whoami", "--token-file", "nobody")
    #expect(stranger.code == EX_NOPERM && stranger.words.contains("tessera login"))
    let missing = try place.tessera("whoami", "--token-file", "missing")
    #expect(missing.code == EX_CONFIG && missing.words.contains("missing"))
    // Port 1 is nobody's here.
    let away = try place.tessera("health", "--address", "127.0.0.1:1")
    #expect(away.code == EX_UNAVAILABLE && away.words.contains("TESSERA_ADDRESS"))
    let values = try place.tessera(
      "token", "issue", "SERVICE", "--permission", "tokens.read", "--values-file", "no/where")
    #expect(values.code == EX_IOERR && values.words.contains("no/where"), "\(values.words)")
    let backup = try place.tessera("backup", "no/where")
    #expect(backup.code == EX_IOERR && backup.words.contains("nothing was copied"))
    place.environment["TESSERA_CA"] = nil
    #expect(try place.tessera("health").code == EX_CONFIG)
  }
}
