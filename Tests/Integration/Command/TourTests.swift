import Foundation
import Testing

/// The README's "Five minutes", command by command, as it is written there.
@Suite struct TourTests {
  /// What is typed at a command, which asks for it.
  private func answers(to command: String) -> KeyValuePairs<String, String> {
    if command.hasPrefix("tessera user create") {
      return ["New password: ": "correct horse", "The same again: ": "correct horse"]
    }
    if command.hasPrefix("tessera login") { return ["Password: ": "correct horse"] }
    if command.hasPrefix("tessera token issue PERSONAL") {
      return ["password, to confirm: ": "correct horse"]
    }
    return [:]
  }

  /// With the ids of tokens as the README writes them.
  private func lines(_ text: String) -> [String] {
    text.replacing(/tok_[0-9a-z]{26}/, with: "tok_…").split(separator: "\n").map(String.init)
  }

  @Test func `the README's first five minutes are as it says`() throws {
    let readme = try String(contentsOf: Tour.readme, encoding: .utf8)
    let tour = try Tour(of: readme, from: "## Five minutes", to: "\nIn production")
    let place = try Workplace()
    var id: String?
    var ran = 0
    for step in tour.steps where step.command != "tools/run" {
      // What a shell keeps for the commands that follow.
      var command = step.command
      if command.hasPrefix("export PATH=") || command.hasPrefix("export TESSERA_ADDRESS=") {
        continue
      } else if command.hasPrefix("export TESSERA_TOKEN_FILE=") {
        place.environment["TESSERA_TOKEN_FILE"] = String(command.split(separator: "=")[1])
        continue
      }
      if command.hasPrefix("unset TESSERA_TOKEN_FILE; ") {
        place.environment["TESSERA_TOKEN_FILE"] = nil
        command = String(command.dropFirst("unset TESSERA_TOKEN_FILE; ".count))
      }
      let answers = answers(to: command)
      if command.contains("tok_…") {
        command = command.replacing("tok_…", with: try #require(id, "before: \(command)"))
      }
      let ended = try place.shell(command, answering: answers)
      let isRefused = step.shown == ["REVOKED"]
      #expect(ended.code == (isRefused ? 1 : 0), "\(command): \(ended.words)\(ended.data)")
      #expect(ended.echoes.allSatisfy { !$0 }, "\(command)")
      if !step.shown.isEmpty {
        let expected = step.shown.map { lines($0).joined() }
        #expect(lines(ended.data + ended.words) == expected, "\(command)")
      }
      id = id ?? ended.data.tokenID
      ran += 1
    }
    #expect(ran >= 16, "the tour is shorter than it was: \(ran)")
    try lastValidation(place)
  }

  /// `Take the grant away, or disable the user, and the last validation says WRONG_PROJECT, or
  /// OWNER_INACTIVE, from then on.`
  private func lastValidation(_ place: Workplace) throws {
    func verdict() throws -> String {
      try place.tessera(
        "token", "validate", "--value-file", "laptop.token", "--project", "web", "--method",
        "orders.read"
      ).data.split(separator: "\n").first.map(String.init) ?? ""
    }
    #expect(try verdict() == "ALLOWED")
    try place.must("user", "update", "ana", "--disable")
    #expect(try verdict() == "OWNER_INACTIVE")
    try place.must("user", "update", "ana", "--enable")
    try place.must(
      "user", "ungrant", "ana", "--grant", "project=web,methods=orders.read,create-tokens")
    #expect(try verdict() == "WRONG_PROJECT")
  }
}
