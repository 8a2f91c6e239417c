import Glibc
import Testing

/// What `tessera` asks before it does, and what a script says instead.
@Suite struct AssentTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private let question = "Issue an ADMIN token, which opens everything? [y/N] "

  @Test func `a token that opens everything is issued when somebody says yes`() throws {
    let unasked = try place.tessera("token", "issue", "ADMIN", "--expires", "1d")
    #expect(unasked.code == EX_USAGE && unasked.data.isEmpty)
    #expect(unasked.words.contains("issuing an ADMIN token, which opens everything, needs --yes"))
    let refused = try place.atTerminal(
      "token", "issue", "ADMIN", "--expires", "1d", answering: [question: "n"])
    #expect(refused.code == 1 && refused.data.isEmpty, "\(refused.words)")
    let agreed = try place.atTerminal(
      "token", "issue", "ADMIN", "--expires", "1d", answering: [question: "y"])
    #expect(agreed.code == 0 && agreed.data.hasPrefix("*:*."), "\(agreed.words)")
    let many = try place.tessera(
      "token", "issue", "ADMIN", "--expires", "1d", "--count", "2", "--values-file", "values")
    #expect(many.code == EX_USAGE && many.words.contains("2 ADMIN tokens, which open everything"))
    #expect(!Files.exists(place.file("values")))
  }

  @Test func `a copy is asked about like what it is a copy of`() throws {
    let root = try #require(try place.must("whoami").tokenID)
    let client = try #require(
      try place.must(
        "token", "issue", "CLIENT", "--project", "default", "--environment", "production",
        "--expires", "1d", "-o", "json"
      ).tokenID)
    let unasked = try place.tessera("token", "copy", root)
    #expect(unasked.code == EX_USAGE && unasked.words.contains("--yes"), "\(unasked.words)")
    let made = try place.tessera("token", "copy", client, "--kind", "admin")
    #expect(made.code == EX_USAGE && made.words.contains("--yes"), "\(made.words)")
    let refused = try place.atTerminal("token", "copy", root, answering: [question: ""])
    #expect(refused.code == 1 && refused.data.isEmpty, "\(refused.words)")
    #expect(try place.must("token", "copy", root, "--yes").hasPrefix("*:*."))
    try place.must("token", "copy", client)
    #expect(try place.must("token", "list", "--kind", "admin").split(separator: "\n").count == 3)
  }

  @Test func `who reads some kinds alone is asked about every token that a purge forgets`() throws {
    try place.must(
      "token", "issue", "SERVICE", "--permission", "tokens.revoke", "--permission",
      "tokens.read:kinds=CLIENT", "--expires", "1d", "--values-file", "limited")
    place.environment["TESSERA_TOKEN_FILE"] = "limited"
    let refused = try place.atTerminal(
      "token", "purge", "--ended-before", "1d",
      answering: ["Forget every token that ended by then for good? [y/N] ": "n"])
    #expect(refused.code == 1, "\(refused.words)")
    place.environment["TESSERA_TOKEN_FILE"] = ".tessera/root.token"
    let nothing = try place.atTerminal("token", "purge", "--ended-before", "1d")
    #expect(nothing.code == 0 && !nothing.words.contains("Forget"), "\(nothing.words)")
  }

  @Test func `values that will open everything are imported when somebody says yes`() throws {
    let value = String(repeating: "0123456789abcdef", count: 4) + "\n"
    let unasked = try place.tessera("token", "import", "ADMIN", "--expires", "1d", input: value)
    #expect(unasked.code == EX_USAGE && unasked.words.contains("importing an ADMIN token"))
    try place.must("token", "import", "ADMIN", "--expires", "1d", "--yes", input: value)
  }
}
