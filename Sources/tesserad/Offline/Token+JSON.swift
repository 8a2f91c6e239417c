import TesseraCrypto
import TesseraModel

/// What a dump shows.
struct DumpStyle {
  /// Whether the SHA-256 of values and keys are shown. What scrypt made of a password never is.
  var showsDigests = false

  func digest(_ digest: Digest) -> JSON? {
    showsDigests ? .string(digest.hex) : nil
  }
}

extension TokenRecord {
  func json(_ dump: DumpStyle) -> JSON {
    .object([
      "id": .string(id.description), "kind": .string(kind.name), "name": .string(name),
      "description": description.isEmpty ? nil : .string(description),
      "owner": owner.map { .string($0.text) }, "projects": projects?.json,
      "environment": environment.map { .string($0.text) }, "scopes": scopes.json,
      "permissions": permissions.isEmpty ? nil : .array(permissions.map(\.json)),
      "created_at": .string(createdAt.text), "created_by": createdBy.json,
      "expires_at": expiresAt.map { .string($0.text) },
      "digest": dump.digest(credentials.current),
      "unchecked": credentials.isUnchecked ? .bool(true) : nil,
      "previous": credentials.previous?.json(dump), "version": .number(UInt64(version)),
      "revocation": revocation?.json,
    ])
  }
}

extension Credentials.Previous {
  fileprivate func json(_ dump: DumpStyle) -> JSON {
    .object([
      "digest": dump.digest(digest), "unchecked": isUnchecked ? .bool(true) : nil,
      "valid_until": .string(validUntil.text),
    ])
  }
}

extension TokenUsage {
  var json: JSON {
    .object([
      "uses": .number(uses), "last_used_at": lastUsedAt.map { .string($0.text) },
      "previous_last_used_at": previousLastUsedAt.map { .string($0.text) },
    ])
  }
}

extension IdempotencyEntry {
  func json(_ dump: DumpStyle) -> JSON {
    .object([
      "key": dump.digest(key), "request": dump.digest(request),
      "token": .string(token.description), "kept_until": .string(keptUntil.text),
    ])
  }
}

extension ProjectSelection {
  fileprivate var json: JSON {
    switch self {
    case .one(let project): .object(["one": .string(project.text)])
    case .list(let projects): .object(["list": .strings(projects.map(\.text))])
    case .all: .object(["all": .bool(true)])
    }
  }
}

extension ScopeSelection {
  var json: JSON {
    switch self {
    case .kindDefault: .object(["kind_default": .bool(true)])
    case .all: .object(["all": .bool(true)])
    case .some(let sets, let methods):
      .object(["sets": .strings(sets.map(\.text)), "methods": .strings(methods.map(\.text))])
    }
  }
}

extension PermissionGrant {
  fileprivate var json: JSON {
    .object([
      "permission": .string(permission.name),
      "kinds": kinds.map { .strings($0.kinds.map(\.name)) },
      "projects": projects.map { .strings($0.map(\.text)) },
      "environments": environments.map { .strings($0.map(\.text)) },
    ])
  }
}
