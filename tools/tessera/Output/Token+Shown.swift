import TesseraClient

extension Token: Listed, Described {
  static let columns = [
    "ID", "KIND", "NAME", "PROJECTS", "ENVIRONMENT", "OWNER", "STATE", "EXPIRES",
    "LAST USED", "USES",
  ]

  var row: [String] {
    [
      id?.description ?? "?", kind?.name ?? "?", name, projects?.text ?? "-",
      environment?.text ?? "-", owner?.text ?? "-", state?.name ?? "?",
      expiresAt.map(DateText.text) ?? "never", lastUsedAt.map(DateText.text) ?? "never",
      String(uses),
    ]
  }

  var facts: [(String, String)] {
    [
      ("id", id?.description ?? "?"), ("kind", kind?.name ?? "?"), ("name", name),
      ("description", description), ("owner", owner?.text ?? ""),
      ("projects", projects?.text ?? ""), ("environment", environment?.text ?? ""),
      ("scopes", scopes?.text ?? ""),
      ("permissions", permissions.map(\.text).joined(separator: " ")),
      ("state", state?.name ?? "?"), ("created", createdAt.map(DateText.text) ?? ""),
      ("created by", createdBy?.text ?? ""), ("expires", expiresAt.map(DateText.text) ?? "never"),
      ("last used", lastUsedAt.map(DateText.text) ?? "never"), ("uses", String(uses)),
      ("value before", previousValidUntil.map { "passes until \(DateText.text($0))" } ?? ""),
      ("value before last used", previousLastUsedAt.map(DateText.text) ?? ""),
      ("revoked", revocation?.at.map(DateText.text) ?? ""),
      ("revoked by", revocation?.by?.text ?? ""), ("reason", revocation?.reason ?? ""),
      ("version", String(version)),
    ]
  }

  var json: JSON {
    .object([
      "id": .text(id?.description), "kind": .text(kind?.name), "name": .string(name),
      "description": .string(description), "owner": .text(owner?.text),
      "projects": projects?.json, "environment": .text(environment?.text), "scopes": scopes?.json,
      "permissions": permissions.isEmpty ? nil : .array(permissions.map { .string($0.text) }),
      "state": .text(state?.name), "created_at": .text(createdAt.map(DateText.text)),
      "created_by": .text(createdBy?.text),
      "expires_at": .text(expiresAt.map(DateText.text)) ?? .null,
      "last_used_at": .text(lastUsedAt.map(DateText.text)) ?? .null, "uses": .number(uses),
      "previous_valid_until": .text(previousValidUntil.map(DateText.text)),
      "previous_last_used_at": .text(previousLastUsedAt.map(DateText.text)),
      "revocation": revocation.map { revocation in
        .object([
          "at": .text(revocation.at.map(DateText.text)), "by": .text(revocation.by?.text),
          "reason": .string(revocation.reason),
        ])
      },
      "version": .number(UInt64(version)),
    ])
  }
}
