import TesseraBytes
import TesseraModel
import TesseraWire

// Writes the messages of Protos/tessera/disk/v1/journal.proto that make up a token's record. Each
// appends the fields of one message; the caller has opened the field that holds it.
extension ByteBuffer {
  mutating func append(_ record: TokenRecord) {
    append(field: 1, id: record.id)
    append(field: 2, varint: UInt64(record.kind.rawValue))
    append(field: 3, string: record.name)
    append(field: 4, string: record.description)
    if let owner = record.owner { append(field: 5, string: owner.text, keepingDefault: true) }
    if let projects = record.projects { append(field: 6) { $0.append(projects) } }
    if let environment = record.environment {
      append(field: 7, string: environment.text, keepingDefault: true)
    }
    if record.scopes != .kindDefault { append(field: 8) { $0.append(record.scopes) } }
    for grant in record.permissions { append(field: 9) { $0.append(grant) } }
    append(field: 10, time: record.createdAt)
    append(field: 11) { $0.append(record.createdBy) }
    if let expiresAt = record.expiresAt { append(field: 12, time: expiresAt) }
    append(field: 13, digest: record.credentials.current)
    if let previous = record.credentials.previous {
      append(field: 14) {
        $0.append(field: 1, digest: previous.digest)
        $0.append(field: 2, time: previous.validUntil)
        $0.append(field: 3, bool: previous.isUnchecked)
      }
    }
    append(field: 15, varint: UInt64(record.version))
    if let revocation = record.revocation { append(field: 16) { $0.append(revocation) } }
    append(field: 17, bool: record.credentials.isUnchecked)
  }

  mutating func append(_ entry: IdempotencyEntry) {
    append(field: 1, digest: entry.key)
    append(field: 2, digest: entry.request)
    append(field: 3, id: entry.token)
    append(field: 4, time: entry.keptUntil)
  }

  mutating func append(_ actor: Actor) {
    switch actor {
    case .token(let id): append(field: 1, id: id)
    case .certificate(let name): append(field: 2, string: name, keepingDefault: true)
    case .offline(let name): append(field: 3, string: name, keepingDefault: true)
    case .user(let user, let through):
      append(field: 4) {
        $0.append(field: 1, string: user.text, keepingDefault: true)
        if let through { $0.append(field: 2, id: through) }
      }
    }
  }

  mutating func append(_ revocation: Revocation) {
    append(field: 1, time: revocation.at)
    append(field: 2) { $0.append(revocation.by) }
    append(field: 3, string: revocation.reason)
  }

  private mutating func append(_ projects: ProjectSelection) {
    switch projects {
    case .one(let project): append(field: 1, string: project.text, keepingDefault: true)
    case .list(let list): append(field: 2) { $0.append(names: list, field: 1) }
    case .all: append(field: 3, bool: true)
    }
  }

  mutating func append(_ scopes: ScopeSelection) {
    switch scopes {
    case .kindDefault: append(field: 3, bool: true)
    case .all: append(field: 1, bool: true)
    case .some(let sets, let methods):
      append(field: 2) {
        $0.append(names: sets, field: 1)
        $0.append(names: methods, field: 2)
      }
    }
  }

  private mutating func append(_ grant: PermissionGrant) {
    append(field: 1, varint: UInt64(grant.permission.rawValue))
    if let kinds = grant.kinds {
      append(field: 2, varint: UInt64(kinds.rawValue), keepingDefault: true)
    }
    if let projects = grant.projects { append(field: 3) { $0.append(names: projects, field: 1) } }
    if let environments = grant.environments {
      append(field: 4) { $0.append(names: environments, field: 1) }
    }
  }

  mutating func append(names: [some Name], field number: UInt32) {
    for name in names { append(field: number, string: name.text, keepingDefault: true) }
  }
}
