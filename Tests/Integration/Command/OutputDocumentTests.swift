import Foundation
import Glibc
import TestTerminal
import TesseraModel
import Testing

@testable import tessera

/// The command's README, held against what the command prints as JSON.
@Suite final class OutputDocumentTests {
  private let place: Workplace
  private let document: OutputDocument
  private var seen: Set<String> = []
  private var taken: Set<String> = []

  init() throws {
    place = try Workplace()
    document = try OutputDocument()
  }

  /// Runs a command of the README's table, and looks at what it printed.
  ///
  /// - Parameter command: as the table has it; what it is asked stands behind.
  /// - Returns: what it printed.
  @discardableResult
  private func take(
    _ command: String, _ arguments: String..., input: String? = nil, code: Int32 = 0,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let words = command.split(separator: " ").dropFirst().map(String.init)
    let ended = try place.start(
      words + arguments + ["-o", "json"], input: input.map { .text($0) } ?? .nothing
    ).wait()
    #expect(
      ended.code == code, "\(command): \(ended.words)\(ended.data)", sourceLocation: sourceLocation)
    try look(at: ended.data, of: command, sourceLocation)
    return ended.data
  }

  private func look(at data: String, of command: String, _ location: SourceLocation) throws {
    let said = try #require(document.commands[command], sourceLocation: location)
    taken.insert(command)
    let values = said.isLines ? data.split(separator: "\n").map(String.init) : [data]
    #expect(!values.isEmpty, "\(command)", sourceLocation: location)
    for value in values {
      let json = try JSONReader.read(Array(value.utf8))
      let faults = document.faults(of: json, as: said.type, seen: &seen)
      #expect(faults.isEmpty, "\(command): \(faults)", sourceLocation: location)
    }
  }

  @Test func `what is printed is what is documented, and what is documented is printed`() throws {
    try take("tessera health")
    try take("tessera whoami")
    try takeEntries()
    try takeUsers()
    try takeTokens()
    try takeCallers()
    try takeWatch()
    try takeEnds()
    #expect(taken == Set(document.commands.keys))
    let all = document.shapes.flatMap { shape, fields in fields.map { "\(shape).\($0.name)" } }
    // Only an authority whose disk failed gives a reason.
    #expect(Set(all).subtracting(seen) == ["Health.reason"])
  }

  private func takeEntries() throws {
    let parts: KeyValuePairs = [
      "project": [], "environment": [], "method": ["--link", "https://example.org"],
      "scope-set": ["--method", "new"], "role": ["--grant", "project=new,methods=new"],
    ]
    for (noun, options) in parts {
      try place.must(noun, "create", "old")
      try take("tessera \(noun) delete", "old")
      let created = try place.start(
        [noun, "create", "new", "-o", "json"] + options, input: .nothing
      ).wait()
      try look(at: created.data, of: "tessera \(noun) create", #_sourceLocation)
      try take("tessera \(noun) update", "new", "--description", "other")
      try take("tessera \(noun) get", "new")
      try take("tessera \(noun) list")
    }
  }

  private func takeUsers() throws {
    Files.write("correct horse\n".utf8, to: place.file("password"))
    try take("tessera user create", "ana", "--grant", "project=new,methods=new", "--role", "new")
    try take("tessera user set-password", "ana", "--new-password-file", "password")
    try take("tessera user update", "ana", "--name", "Ana")
    try take("tessera user grant", "ana", "--grant", "project=default,create-tokens")
    try take("tessera user ungrant", "ana", "--role", "new")
    try take("tessera user get", "ana")
    try take("tessera user list")
  }

  private func takeTokens() throws {
    let issued = try take(
      "tessera token issue", "CLIENT", "--project", "new", "--project", "default", "--environment",
      "new", "--method", "new", "--idempotency-key", "k", "--expires", "30d")
    try take(
      "tessera token issue", "CLIENT", "--project", "new", "--project", "default", "--environment",
      "new", "--method", "new", "--idempotency-key", "k", "--expires", "30d")
    let id = try #require(issued.tokenID)
    let value = try #require(issued.member("value"))
    try take("tessera token validate", "--details", input: value)
    try take("tessera token validate", "--details", input: value + "0", code: 1)
    try take("tessera token regenerate", id, "--overlap", "1h")
    try take("tessera token get", id)
    try take("tessera token update", id, "--name", "other", "--expires", "never")
    let copy = try #require(try take("tessera token copy", id).tokenID)
    let personal = try take("tessera token issue", "PERSONAL", "--owner", "ana", "--all-scopes")
    try take(
      "tessera token validate", "--details", input: personal.member("value"))
    try take(
      "tessera token issue --values-file", "values", "SERVICE", "--permission",
      "tokens.validate:kinds=CLIENT", "--expires", "1d")
    let hash = String(repeating: "0123456789abcdef", count: 4)
    try take(
      "tessera token import", "FRONTEND", "--all-projects", "--environment", "production",
      input: "\(hash)\nnonsense\n", code: 1)
    try take("tessera token revoke", copy, "--reason", "old")
    try take("tessera token list")
  }

  private func takeCallers() throws {
    try take("tessera login", "--user", "ana", "--password-file", "password")
    try take("tessera whoami", "--token-file", ".config/tessera/token")
    try take("tessera whoami", "--token-file", "values")
    let client = try place.must(
      "token", "issue", "CLIENT", "--project", "new", "--environment", "new", "--expires", "1d")
    Files.write(client.utf8, to: place.file("client"))
    try take("tessera whoami", "--token-file", "client")
  }

  private func takeWatch() throws {
    let terminal = try PseudoTerminal()
    let watching = try place.start(
      ["token", "list", "--watch", "-o", "json"], input: .terminal(terminal), showsData: true)
    try look(
      at: terminal.shown(until: "\n"), of: "tessera token list --watch", #_sourceLocation)
    watching.send(SIGINT)
    _ = try watching.wait()
  }

  private func takeEnds() throws {
    try take("tessera event list")
    try take("tessera user delete", "ana", "--yes")
    try take("tessera token purge", "--ended-before", "2100-01-01", "--yes")
    try take("tessera snapshot")
    try take("tessera backup", "copy")
  }

  @Test func `every command that prints JSON is in the table`() {
    let printing = tessera.Tessera.paths.filter { _, command in
      command.configuration.subcommands.isEmpty
        && tessera.Tessera.helpMessage(for: command).contains("--output")
    }
    // Without the option that makes a command print another shape.
    let documented = document.commands.keys.map { $0.components(separatedBy: " --")[0] }
    #expect(Set(printing.map(\.path)) == Set(documented))
  }

  @Test func `every word is in the table`() {
    let unknown = ["UNKNOWN"]
    #expect(document.words["kind"] == TokenKind.allCases.map(\.name))
    #expect(document.words["state"] == TokenState.allCases.map(\.name))
    #expect(document.words["verdict"] == Verdict.allCases.map(\.name) + unknown)
    #expect(document.words["event"] == EventKind.allCases.map(\.name) + unknown)
    #expect(document.words["revoked"]?.count == RevokeResult.allCases.count + 1)
  }
}
