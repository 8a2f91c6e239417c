import Foundation
import Glibc
import TesseraModel
import Testing

/// `tessera token …`, run against an authority.
@Suite struct TokenCommandTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  /// - Returns: the new token's id and value.
  private func issue(_ name: String, _ more: String...) throws -> (id: String, value: String) {
    let ended = try place.start(
      [
        "token", "issue", "CLIENT", "--name", name, "--project", "default", "--environment",
        "production", "--expires", "30d", "-o", "json",
      ] + more, input: .nothing
    ).wait()
    try #require(ended.code == 0, "\(ended.words)")
    return (try #require(ended.data.tokenID), try #require(ended.data.member("value")))
  }

  private func verdict(_ value: String, _ more: String...) throws -> Substring? {
    let ended = try place.start(["token", "validate"] + more, input: .text(value + "\n")).wait()
    #expect(ended.code == (ended.lines.first == "ALLOWED" ? 0 : 1), "\(ended.words)")
    return ended.lines.first
  }

  @Test func `a value is shown once, with the advice to save it, and what is risky is said`() throws
  {
    let ended = try place.tessera(
      "token", "issue", "CLIENT", "--name", "a", "--project", "default", "--environment",
      "production")
    #expect(ended.code == 0)
    #expect(ended.lines.count == 1 && ended.data.hasPrefix("default:production."))
    #expect(ended.words.contains("which never expires."))
    #expect(ended.words.contains("Save the value now"))
    #expect(ended.words.contains("Warning: ") && ended.words.contains("never expires"))
    let ends = try place.tessera(
      "token", "issue", "CLIENT", "--project", "default", "--environment", "production",
      "--expires", "1d")
    #expect(ends.code == 0 && !ends.words.contains("Warning"))
    let listed = try place.must("token", "list", "-o", "json")
    let value = ended.data.dropLast().split(separator: ".")[1]
    #expect(!listed.contains(value))
  }

  @Test func `a token ends when it is said to`() throws {
    func issue(_ said: String) throws -> String {
      try place.must(
        "token", "issue", "SERVICE", "--permission", "tokens.validate", "--expires", said, "-o",
        "json")
    }
    for (said, end) in [
      ("2040-01-31", "2040-02-01T00:00:00Z"), ("31-01-2040", "2040-02-01T00:00:00Z"),
      ("2040-01-31T12:30:00Z", "2040-01-31T12:30:00Z"),
      ("2040-01-31T12:30:00+02:00", "2040-01-31T10:30:00Z"), ("never", "null"),
    ] {
      #expect(try issue(said).member("expires_at") == end, "\(said)")
    }
    let issued = try issue("30d")
    let moments = try ["created_at", "expires_at"].map { name in
      let text = try #require(issued.member(name))
      return try #require(DateText.moment(text, aDayMeans: .start))
    }
    #expect(moments[0] + .seconds(30 * 86_400) == moments[1])
    for said in ["soon", "30", "01-31-2040", "0d"] {
      let refused = try place.tessera(
        "token", "issue", "SERVICE", "--permission", "tokens.validate", "--expires", said)
      #expect(refused.code == EX_USAGE && refused.data.isEmpty, "\(said)")
    }
  }

  @Test func `copy, update, regenerate, revoke, get and list tell one story`() throws {
    let first = try issue("blue")
    let copy = try place.must(
      "token", "copy", first.id, "--environment", "development", "-o", "json")
    let copyValue = try #require(copy.member("value"))
    #expect(copyValue.hasPrefix("default:development.") && copy.member("name") == "blue")
    #expect(try verdict(copyValue, "--environment", "development") == "ALLOWED")

    let updated = try place.must(
      "token", "update", first.id, "--name", "green", "--expires", "31-12-2039", "--if-version",
      "1")
    #expect(updated.contains("green") && updated.contains("2040-01-01T00:00:00Z"))
    let stale = try place.tessera("token", "update", first.id, "--name", "x", "--if-version", "1")
    #expect(stale.code == EX_TEMPFAIL && stale.words.contains("version 2"))
    let unsaid = try place.tessera("token", "update", first.id)
    #expect(unsaid.code == EX_USAGE && unsaid.words.contains("say what is to change"))

    let renewed = try place.tessera("token", "regenerate", first.id, "--overlap", "24h")
    #expect(renewed.code == 0 && renewed.words.contains("The value before it passes until "))
    let second = try #require(renewed.lines.first).description
    #expect(try verdict(first.value) == "ALLOWED")
    let again = try place.tessera("token", "regenerate", first.id)
    let third = try #require(again.lines.first).description
    #expect(try verdict(first.value) == "NOT_FOUND")
    #expect(try verdict(second) == "NOT_FOUND")
    #expect(try verdict(third, "--project", "default", "--details") == "ALLOWED")

    let revoked = try place.tessera("token", "revoke", first.id, "--reason", "old")
    #expect(revoked.code == 0)
    #expect(revoked.lines.last?.hasSuffix("  REVOKED") == true)
    #expect(try verdict(third) == "REVOKED")
    let twice = try place.tessera("token", "revoke", first.id)
    #expect(twice.code == 0 && twice.data.contains("ALREADY_REVOKED"))
    let got = try place.must("token", "get", first.id)
    for part in ["green", "REVOKED", "old", "version"] { #expect(got.contains(part), "\(got)") }
    #expect(
      try place.must("token", "list", "--state", "revoked").split(separator: "\n").count == 2)
    let nobody = try place.tessera("token", "get", "tok_00000000000000000000000000")
    #expect(nobody.code == 1 && nobody.words.contains("NOT_FOUND"))
  }

  @Test func `more than one token is revoked when somebody says yes`() throws {
    let ids = try ["a", "b", "c"].map { try issue($0).id }
    let unasked = try place.tessera("token", "revoke", ids[0], ids[1])
    #expect(unasked.code == EX_USAGE && unasked.words.contains("--yes"))
    let refused = try place.atTerminal(
      "token", "revoke", ids[0], ids[1], answering: ["Revoke 2 tokens for good? [y/N] ": "n"])
    #expect(refused.code == 1 && refused.words.contains("nothing was changed"))
    #expect(refused.data.isEmpty)
    let agreed = try place.atTerminal(
      "token", "revoke", ids[0], ids[1], answering: ["Revoke 2 tokens for good? [y/N] ": "y"])
    #expect(agreed.code == 0 && agreed.lines.filter { $0.hasSuffix("  REVOKED") }.count == 2)

    // A filter is asked about whatever it fits, but the caller's own token.
    let other = try issue("d").id
    let counted = try place.atTerminal(
      "token", "revoke", "--kind", "client", "--kind", "admin", "--issued-before", "2100-01-01",
      answering: ["Revoke 2 tokens for good? [y/N] ": ""])
    #expect(counted.code == 1)
    let filtered = try place.tessera(
      "token", "revoke", "--kind", "client", "--kind", "admin", "--yes", "-o", "json")
    #expect(filtered.code == 0, "\(filtered.words)")
    #expect(filtered.data.contains(ids[2]) && filtered.data.contains(other))
    #expect(!filtered.data.contains("ALREADY_REVOKED"))
    try place.must("whoami")
  }

  @Test func `values of another authority are imported, and forgotten when they ended`() throws {
    let hash = String(repeating: "0123456789abcdef", count: 4)
    let imported = try place.tessera(
      "token", "import", "CLIENT", "--project", "default", "--environment", "production",
      "--created-at", "2024-05-01", "--expires", "1s",
      input: "\(hash)\ndefault:production.\(hash)\nnonsense\n")
    #expect(imported.code == 1)
    #expect(imported.words.contains("Imported 2, refused 1."))
    #expect(imported.lines.contains { $0.hasPrefix("3") && $0.contains("value: ") })
    let json = """
      [{"sha256": "\(hash)", "kind": "FRONTEND", "projects": "*", "environment": "production",
        "name": "page", "expires_at": "never"}]
      """
    let other = try place.tessera("token", "import", "--from", "-", input: json)
    #expect(other.code == 0, "\(other.words)")
    #expect(other.words.contains("never expire"))
    let again = try place.tessera("token", "import", "--from", "-", "-o", "json", input: json)
    #expect(again.code == 1 && again.data.member("result") == "ALREADY_EXISTS")

    let id = try #require(other.data.tokenID)
    try place.must("token", "revoke", id)
    let unasked = try place.tessera("token", "purge", "--ended-before", "01-01-2100")
    #expect(unasked.code == EX_USAGE && unasked.words.contains("--yes"), "\(unasked.words)")
    let early = try place.must("token", "purge", "--ended-before", "90d", "--yes")
    #expect(early == "purged  0\n")
    func purge(_ answer: String) throws -> CommandProcess.Ended {
      // How many they are depends on whether the imported ones have ended yet.
      try place.atTerminal(
        "token", "purge", "--ended-before", "01-01-2100",
        answering: ["tokens that ended by then for good? [y/N] ": answer])
    }
    let refused = try purge("")
    #expect(refused.code == 1 && refused.words.contains("nothing was changed"))
    try place.must("token", "get", id)
    let agreed = try purge("y")
    #expect(agreed.code == 0 && agreed.data.hasPrefix("purged  "), "\(agreed.words)")
    #expect(try place.tessera("token", "get", id).code == 1)
    let events = try place.must("event", "list", "--kind", "token-revoked", "-o", "json")
    #expect(events.contains(id))
  }

  @Test func `what is not there is not shown`() throws {
    for command in [
      ["user"], ["role"], ["token", "--state", "revoked"], ["event", "--by", "ana"],
    ] {
      let arguments = [command[0], "list"] + command.dropFirst()
      let none = try place.start(arguments, input: .nothing).wait()
      #expect(none.code == 0 && none.data.isEmpty)
      #expect(none.words == "No \(command[0])s.\n")
      let json = try place.start(arguments + ["-o", "json"], input: .nothing).wait()
      #expect(json.data == (command[0] == "event" ? "" : "[]\n") && json.words.isEmpty)
    }
    let none = try place.tessera("token", "revoke", "--kind", "client", "--yes")
    #expect(none.code == 0 && none.data.isEmpty && none.words == "No tokens.\n")
    let refused = try place.tessera(
      "token", "import", "CLIENT", "--project", "default", "--environment", "production",
      input: "nonsense\n")
    #expect(refused.code == 1 && refused.words == "Imported 0, refused 1.\n", "\(refused.words)")
  }

  @Test func `a proxy client key has no id to show`() throws {
    let place = try Workplace(settings: ["TESSERAD_PROXY_CLIENT_KEYS": "key-of-the-proxy"])
    let allowed = try place.must(
      "token", "validate", "--kind", "proxy_key", input: "key-of-the-proxy\n")
    #expect(allowed == "ALLOWED\nkind  PROXY_KEY\n")
  }

  @Test func `many are issued to a file that others may not read`() throws {
    let file = place.file("values")
    let ended = try place.tessera(
      "token", "issue", "CLIENT", "--project", "default", "--environment", "production",
      "--expires", "7d", "--count", "20", "--values-file", file)
    #expect(ended.code == 0 && ended.words.contains("Issued 20 tokens; their values are in"))
    #expect(Files.mode(file) == 0o600)
    let values = try #require(Files.text(file)).split(separator: "\n")
    #expect(Set(values).count == 20)
    #expect(try verdict(String(values[19])) == "ALLOWED")
    #expect(try place.must("token", "list", "--limit", "5").split(separator: "\n").count == 6)
    unsafe chmod(file, 0o644)
    let refused = try place.tessera(
      "token", "issue", "SERVICE", "--permission", "tokens.read", "--values-file", file)
    #expect(refused.code == EX_USAGE && refused.words.contains("chmod 600"))
  }
}
