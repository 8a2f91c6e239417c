import TesseraModel

extension RegistryKey {
  var json: JSON { .object(["type": .string(type.noun), "name": .string(text)]) }
}

extension RegistryEntry {
  var json: JSON {
    var members: [(String, JSON)] = [
      ("type", .string(key.type.noun)), ("name", .string(key.text)),
    ]
    switch self {
    case .project(let project): members.append(("description", .string(project.description)))
    case .environment(let environment):
      members.append(("description", .string(environment.description)))
    case .method(let method):
      members.append(("description", .string(method.description)))
      members.append(("link", .string(method.link)))
    case .scopeSet(let set):
      members.append(("description", .string(set.description)))
      members.append(("methods", .strings(set.methods.map(\.text))))
    case .role(let role):
      members.append(("description", .string(role.description)))
      members.append(("grants", .array(role.grants.map(\.json))))
    }
    members.append(("version", .number(UInt64(version))))
    return .object(members)
  }
}

extension UserRecord {
  var json: JSON {
    .object([
      "id": .string(id.text), "name": .string(name), "has_password": .bool(password != nil),
      "admin": isAdmin ? .bool(true) : nil, "disabled": isDisabled ? .bool(true) : nil,
      "grants": .array(grants.map(\.json)), "roles": .strings(roles.map(\.text)),
      "created_at": .string(createdAt.text), "created_by": createdBy.json,
      "version": .number(UInt64(version)),
    ])
  }
}

extension Grant {
  fileprivate var json: JSON {
    .object([
      "place": place.json, "scopes": scopes?.json,
      "creates_tokens": createsTokens ? .bool(true) : nil,
      "hides_tokens": hidesTokens ? .bool(true) : nil,
      "permissions": permissions.isEmpty ? nil : .strings(permissions.map(\.name)),
    ])
  }
}

extension Grant.Place {
  fileprivate var json: JSON {
    switch self {
    case .project(let project): .object(["project": .string(project.text)])
    case .allProjects: .string("all projects")
    case .global: .string("global")
    }
  }
}
