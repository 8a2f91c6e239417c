import TesseraClient

extension User: Listed, Described {
  static let columns = ["ID", "NAME", "STATE", "ADMIN", "PASSWORD", "TOKENS", "ROLES", "GRANTS"]

  var stateName: String { isDisabled ? "DISABLED" : "ACTIVE" }

  var row: [String] {
    [
      id?.text ?? "?", name, stateName, isAdmin ? "yes" : "no", hasPassword ? "yes" : "no",
      String(tokens), roles.isEmpty ? "-" : roles.map(\.text).joined(separator: ", "),
      grants.isEmpty ? "-" : grants.map(\.text).joined(separator: "; "),
    ]
  }

  var facts: [(String, String)] {
    [
      ("id", id?.text ?? "?"), ("name", name), ("state", stateName),
      ("admin", isAdmin ? "yes" : "no"), ("password", hasPassword ? "yes" : "no"),
    ] + roles.map { ("role", $0.text) } + grants.map { ("grant", $0.text) } + [
      ("tokens", String(tokens)), ("created", createdAt.map(DateText.text) ?? ""),
      ("created by", createdBy?.text ?? ""), ("version", String(version)),
    ]
  }

  var json: JSON {
    .object([
      "id": .text(id?.text), "name": .string(name), "admin": .bool(isAdmin),
      "disabled": .bool(isDisabled), "grants": .array(grants.map { .string($0.text) }),
      "roles": .array(roles.map { .string($0.text) }), "has_password": .bool(hasPassword),
      "tokens": .number(UInt64(tokens)), "created_at": .text(createdAt.map(DateText.text)),
      "created_by": .text(createdBy?.text), "version": .number(UInt64(version)),
    ])
  }
}
