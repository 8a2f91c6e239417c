import Glibc
import TesseraModel
import TestTerminal
import Testing

/// `tessera login|logout|user|role`, run against an authority.
@Suite struct PeopleCommandTests {
  private let place: Workplace
  private let password = "correct horse"

  init() throws { place = try Workplace() }

  /// A user with a password, which is in a file of its own too.
  private func create(_ user: String, _ more: String...) throws {
    Files.write((password + "\n").utf8, to: place.file("password"))
    let ended = try place.start(
      ["user", "create", user, "--new-password-file", place.file("password")] + more,
      input: .nothing
    ).wait()
    try #require(ended.code == 0, "\(ended.words)")
  }

  @Test func `who signs in is known afterwards, until they sign out`() throws {
    try create("ana", "--name", "Ana")
    let root = place.environment.removeValue(forKey: "TESSERA_TOKEN_FILE")
    let stranger = try place.tessera("whoami")
    #expect(stranger.code == EX_CONFIG && stranger.words.contains("tessera login"))
    let wrong = try place.atTerminal(
      "login", "--user", "ana", answering: ["Password: ": "wrong horse"])
    #expect(wrong.code == EX_NOPERM && !Files.exists(place.file(".config/tessera/token")))
    let login = try place.atTerminal(
      "login", answering: ["User: ": "ana", "Password: ": password])
    #expect(login.code == 0, "\(login.words)")
    #expect(login.echoes == [true, false])
    #expect(!login.words.contains(password))
    #expect(login.words.contains("ana is signed in until "))
    #expect(Files.mode(place.file(".config/tessera/token")) == 0o600)
    let caller = try place.must("whoami")
    #expect(caller.contains("user ana through tok_"), "\(caller)")

    let logout = try place.tessera("logout")
    #expect(logout.code == 0, "\(logout.words)")
    #expect(!Files.exists(place.file(".config/tessera/token")))
    #expect(try place.tessera("logout").code == 1)
    place.environment["TESSERA_TOKEN_FILE"] = root
    let state = try place.must("token", "list", "--owner", "ana", "-o", "json")
    #expect(state.member("state") == "REVOKED")
  }

  @Test func `a login ends the one before it, and leaves a token alone that is none`() throws {
    try create("ana")
    let root = place.environment.removeValue(forKey: "TESSERA_TOKEN_FILE")
    func login() throws -> String {
      let ended = try place.tessera("login", "--user", "ana", "--password-file", "password")
      #expect(ended.code == 0, "\(ended.words)")
      return ended.words
    }
    #expect(try !login().contains("before"))
    let first = try #require(Files.text(place.file(".config/tessera/token")))
    #expect(try login().contains("The login before it is ended."))
    let second = try #require(Files.text(place.file(".config/tessera/token")))
    try place.must("whoami")
    // Nobody's any more: there is nothing to end, and nothing to say.
    Files.write(first.utf8, to: place.file(".config/tessera/token"))
    #expect(try !login().contains("before"))

    place.environment["TESSERA_TOKEN_FILE"] = root
    #expect(try place.tessera("token", "validate", input: first).data == "REVOKED\n")
    try place.must("token", "validate", input: second)
    let made = try place.must(
      "token", "issue", "PERSONAL", "--owner", "ana", "--name", "laptop", "--expires", "1d")
    Files.write(made.utf8, to: place.file(".config/tessera/token"))
    let id = try #require(
      try place.must("token", "validate", "--value-file", ".config/tessera/token").tokenID)
    let told = try login()
    #expect(told.contains("no login made") && told.contains("tessera token revoke \(id)"))
    try place.must("token", "validate", input: made)
  }

  @Test func `a login is shown to no authority but its own`() throws {
    try create("ana")
    place.environment["TESSERA_TOKEN_FILE"] = nil
    try place.must("login", "--user", "ana", "--password-file", "password")
    try place.must("whoami")
    let own = try #require(place.environment["TESSERA_ADDRESS"])
    // The same daemon, and yet another address.
    place.environment["TESSERA_ADDRESS"] = own.replacing("127.0.0.1", with: "localhost")
    #expect(try place.tessera("whoami").code == EX_CONFIG)
    for command in [["login", "--user", "ana", "--password-file", "password"], ["logout"]] {
      let refused = try place.start(command, input: .nothing).wait()
      #expect(refused.code == EX_CONFIG && refused.words.contains("logout --address \(own)"))
    }
    place.environment["TESSERA_ADDRESS"] = own
    try place.must("whoami")
    try place.must("logout")
  }

  @Test func `after wrong passwords in a row, it is said how long to wait`() throws {
    try create("ana")
    Files.write("wrong horse\n".utf8, to: place.file("wrong"))
    for _ in 0..<Limits.wrongPasswordsAtOnce {
      #expect(
        try place.tessera("login", "--user", "ana", "--password-file", "wrong").code == EX_NOPERM)
    }
    let slowed = try place.tessera("login", "--user", "ana", "--password-file", "password")
    #expect(
      slowed.code == EX_TEMPFAIL && slowed.words.contains("; try again in "), "\(slowed.words)")
  }

  @Test func `a user's change asks for the password, on the terminal or in a file`() throws {
    try create("ana")
    place.environment["TESSERA_TOKEN_FILE"] = nil
    try place.must("login", "--user", "ana", "--password-file", "password")
    let nobody = try place.tessera("token", "issue", "PERSONAL", "--name", "laptop")
    #expect(nobody.code == EX_NOPERM && nobody.words.contains("--password-file"))
    let wrong = try place.atTerminal(
      "token", "issue", "PERSONAL", answering: ["password, to confirm: ": "wrong horse"])
    #expect(wrong.code == EX_NOPERM && wrong.data.isEmpty, "\(wrong.words)")
    let right = try place.atTerminal(
      "token", "issue", "PERSONAL", "--name", "laptop",
      answering: ["password, to confirm: ": password])
    #expect(right.code == 0 && right.data.hasPrefix("user:"), "\(right.words)")
    #expect(right.echoes == [false])
    let file = try place.tessera(
      "token", "issue", "PERSONAL", "--name", "never", "--expires", "never", "--password-file",
      "password")
    #expect(file.code == 0 && file.words.contains("Warning: "), "\(file.words)")
    #expect(
      try place.must("token", "list", "--kind", "personal").split(separator: "\n").count == 4)
  }

  @Test func `users and roles are created, changed, listed and deleted`() throws {
    try place.must(
      "role", "create", "reader", "--grant", "all-projects,methods=features.read", "--description",
      "reads")
    try place.must("user", "create", "bob", "--name", "Bob", "--role", "reader")
    #expect(try place.tessera("user", "create", "bob").code == 1)
    let bob = try place.must("user", "get", "bob")
    for part in ["Bob", "reader", "ACTIVE", "password    no"] {
      #expect(bob.contains(part), "\(bob)")
    }
    try place.must("user", "update", "bob", "--name", "Robert", "--disable", "--if-version", "1")
    #expect(
      try place.tessera("user", "update", "bob", "--admin", "--if-version", "1").code
        == EX_TEMPFAIL)
    try place.must(
      "user", "grant", "bob", "--grant", "project=default,create-tokens", "--grant",
      "global,permissions=users.read")
    try place.must("user", "ungrant", "bob", "--grant", "project=default,create-tokens")
    #expect(
      try place.tessera("user", "ungrant", "bob", "--grant", "project=default,create-tokens").code
        == 1)
    let listed = try place.must("user", "list", "--search", "ROB", "-o", "json")
    #expect(listed.contains("\"grants\":[\"global,permissions=users.read\"]"), "\(listed)")
    #expect(listed.contains("\"disabled\":true") && listed.contains("\"roles\":[\"reader\"]"))

    try place.must("role", "update", "reader", "--add-grant", "project=default,hide-tokens")
    #expect(try place.must("role", "get", "reader").contains("hide-tokens"))
    try place.must("role", "delete", "reader")
    #expect(try place.must("role", "list", "-o", "json") == "[]\n")
    #expect(try !place.must("user", "get", "bob").contains("reader"))

    let typed = try place.atTerminal(
      "user", "set-password", "bob",
      answering: ["New password: ": password, "The same again: ": password])
    #expect(typed.code == 0 && typed.echoes == [false, false], "\(typed.words)")
    #expect(try place.must("user", "get", "bob").contains("password    yes"))
    try place.must("user", "set-password", "bob", "--none")
    let disabled = try place.tessera("token", "issue", "PERSONAL", "--owner", "bob")
    #expect(disabled.code == EX_USAGE && disabled.words.contains("disabled"))
    try place.must("user", "update", "bob", "--enable")
    for name in ["a", "b"] {
      try place.must("token", "issue", "PERSONAL", "--owner", "bob", "--name", name)
    }
    #expect(try place.tessera("user", "delete", "bob").code == EX_USAGE)
    let deleted = try place.atTerminal(
      "user", "delete", "bob",
      answering: ["Delete user bob, and revoke 2 tokens with it, for good? [y/N] ": "y"])
    #expect(deleted.code == 0 && deleted.data == "revoked tokens  2\n", "\(deleted.words)")
    #expect(try place.tessera("user", "get", "bob").code == 1)
    let events = try place.must("event", "list", "--user", "bob")
    for kind in ["USER_CREATED", "USER_UPDATED", "USER_REMOVED"] {
      #expect(events.contains(kind), "\(events)")
    }
  }
}
