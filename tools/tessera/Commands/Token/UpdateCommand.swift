import ArgumentParser
import TesseraClient

struct UpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update", abstract: "Change a token's name, description, projects, scopes or end.",
    discussion: """
      What no option says stays as it is. A token that has expired is regenerated instead; one \
      that was revoked stays so.
      """)

  @Argument(help: "The id, tok_….", transform: Parse.id)
  var id: TokenID

  @Option(help: "What people call it; '' for nothing.")
  var name: String?

  @Option(help: "What it is for; '' for nothing.")
  var description: String?

  @Option(
    help: "A project instead of those in its list; repeat it for several.", transform: Parse.name)
  var project: [ProjectID] = []

  @OptionGroup var scopes: ScopeOptions

  @Option(
    help: "When it ends: never, a span such as 30d, or a date.", transform: Parse.expiry)
  var expires: ExpiryChoice?

  @Option(help: "Only if this is its version, as 'token get' shows it.")
  var ifVersion: UInt32?

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func validate() throws {
    var asked = request
    asked.ifVersion = nil
    guard asked != UpdateRequest(id) else { throw ValidationError("say what is to change") }
  }

  var request: UpdateRequest {
    var request = UpdateRequest(id)
    request.ifVersion = ifVersion
    request.name = name
    request.description = description
    request.projects = project.isEmpty ? nil : project
    request.scopes = scopes.selection
    request.expiry = expires
    return request
  }

  func run() async throws {
    let request = request
    let updated = try await connection.call { try await $0.update(request) }
    output.show(
      updated.token.facts,
      .object([
        "token": updated.token.json, "warnings": .array(updated.warnings.map(JSON.string)),
        "revision": .number(updated.revision.rawValue),
      ]))
    for warning in updated.warnings { Terminal.say("Warning: \(Printable.text(warning))") }
  }
}
