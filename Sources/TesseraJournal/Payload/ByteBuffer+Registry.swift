import TesseraBytes
import TesseraModel
import TesseraWire

// The registry's entries, and who holds what of it: users and grants.
extension ByteBuffer {
  mutating func append(_ entry: RegistryEntry) {
    append(field: UInt32(entry.key.type.rawValue)) {
      $0.append(field: 1, string: entry.key.text, keepingDefault: true)
      $0.append(field: 2, string: entry.description)
      $0.append(field: 3, varint: UInt64(entry.version))
      switch entry {
      case .project, .environment: break
      case .method(let method): $0.append(field: 4, string: method.link)
      case .scopeSet(let set): $0.append(names: set.methods, field: 4)
      case .role(let role): for grant in role.grants { $0.append(field: 4) { $0.append(grant) } }
      }
    }
  }

  mutating func append(_ key: RegistryKey) {
    append(field: 1, varint: UInt64(key.type.rawValue))
    append(field: 2, string: key.text, keepingDefault: true)
  }

  mutating func append(_ grant: Grant) {
    switch grant.place {
    case .project(let project): append(field: 1, string: project.text, keepingDefault: true)
    case .allProjects: append(field: 2, bool: true)
    case .global: append(field: 3, bool: true)
    }
    if let scopes = grant.scopes { append(field: 4) { $0.append(scopes) } }
    append(field: 5, bool: grant.createsTokens)
    append(field: 6, bool: grant.hidesTokens)
    if !grant.permissions.isEmpty {
      append(field: 7) {
        for permission in grant.permissions { $0.appendVarint(UInt64(permission.rawValue)) }
      }
    }
  }

  mutating func append(_ user: UserRecord) {
    append(field: 1, string: user.id.text, keepingDefault: true)
    append(field: 2, string: user.name)
    if let password = user.password { append(field: 3) { $0.append(password) } }
    append(field: 4, bool: user.isAdmin)
    append(field: 5, bool: user.isDisabled)
    for grant in user.grants { append(field: 6) { $0.append(grant) } }
    append(names: user.roles, field: 7)
    append(field: 8, time: user.createdAt)
    append(field: 9) { $0.append(user.createdBy) }
    append(field: 10, varint: UInt64(user.version))
  }

  private mutating func append(_ password: PasswordHash) {
    append(field: 1, bytes: password.salt)
    append(field: 2, bytes: password.key)
    append(field: 3, varint: UInt64(password.logCost))
    append(field: 4, varint: UInt64(password.blockSize))
    append(field: 5, varint: UInt64(password.parallelism))
  }
}
