import ArgumentParser
import TesseraClient

struct WhoAmICommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "whoami", abstract: "Show who the authority takes the caller for.")

  @OptionGroup var output: OutputOptions
  @OptionGroup var connection: ConnectionOptions

  func run() async throws {
    let caller = try await connection.call { try await $0.whoAmI() }
    output.show(caller)
  }
}

extension Caller: Described {
  var facts: [(String, String)] {
    [
      ("caller", actor?.text ?? "?"), ("kind", kind?.name ?? ""), ("name", name),
      ("owner", owner?.text ?? ""), ("projects", projects?.text ?? ""),
      ("environment", environment?.text ?? ""), ("scopes", scopes?.text ?? ""),
      ("permissions", permissions.map(\.text).joined(separator: " ")),
      ("admin", isAdmin ? "yes" : "no"),
      ("expires", expiresAt.map(DateText.text) ?? "never"),
    ]
  }

  var json: JSON {
    .object([
      "caller": .text(actor?.text), "kind": .text(kind?.name), "name": .string(name),
      "owner": .text(owner?.text), "projects": projects?.json,
      "environment": .text(environment?.text), "scopes": scopes?.json,
      "permissions": .array(permissions.map { .string($0.text) }), "admin": .bool(isAdmin),
      "expires_at": .text(expiresAt.map(DateText.text)) ?? .null,
    ])
  }
}
