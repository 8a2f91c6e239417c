import ArgumentParser
import TesseraClient

/// How data is written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table
  case json
}

struct OutputOptions: ParsableArguments {
  @Option(name: [.customShort("o"), .customLong("output")], help: "How data is written.")
  var format = OutputFormat.table
}

// The vocabulary in words, for tables and for JSON.

extension ProjectSelection {
  var text: String {
    switch self {
    case .one(let project): project.text
    case .list(let projects): projects.map(\.text).joined(separator: ",")
    case .all: "*"
    }
  }

  var json: JSON {
    switch self {
    case .one(let project): .string(project.text)
    case .list(let projects): .array(projects.map { .string($0.text) })
    case .all: .string("*")
    }
  }
}

extension ScopeSelection {
  var text: String {
    switch self {
    case .kindDefault: "(the kind's)"
    case .all: "*"
    case .some(let sets, let methods):
      (sets.map(\.text) + methods.map(\.text)).joined(separator: ", ")
    }
  }

  var json: JSON {
    switch self {
    case .kindDefault: .string("kind default")
    case .all: .string("*")
    case .some(let sets, let methods):
      .object([
        "sets": .array(sets.map { .string($0.text) }),
        "methods": .array(methods.map { .string($0.text) }),
      ])
    }
  }
}

extension PermissionGrant {
  /// As `--permission` takes it.
  var text: String {
    var text = permission.name
    if let kinds { text += ":kinds=" + kinds.kinds.map(\.name).joined(separator: ",") }
    if let projects { text += ":projects=" + projects.map(\.text).joined(separator: ",") }
    if let environments {
      text += ":environments=" + environments.map(\.text).joined(separator: ",")
    }
    return text
  }
}

extension Actor {
  var text: String {
    switch self {
    case .token(let id): id.description
    case .certificate(let name): "certificate \(name)"
    case .offline(let command): "tesserad \(command)"
    }
  }
}

extension Token {
  static let columns = [
    "ID", "KIND", "NAME", "PROJECTS", "ENVIRONMENT", "OWNER", "STATE", "EXPIRES",
  ]

  var row: [String] {
    [
      id?.description ?? "?", kind?.name ?? "?", name, projects?.text ?? "-",
      environment?.text ?? "-", owner?.text ?? "-", state?.name ?? "?",
      expiresAt.map(DateText.text) ?? "never",
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
      ("value before", previousValidUntil.map { "passes until \(DateText.text($0))" } ?? ""),
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
      "previous_valid_until": .text(previousValidUntil.map(DateText.text)),
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
