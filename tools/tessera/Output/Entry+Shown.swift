import TesseraClient

extension RegistryEntry: Listed, Described {
  /// Of entries of all types; what a type does not have stays empty.
  static let columns = ["NAME", "DESCRIPTION", "HOLDS", "VERSION"]

  /// What there is to an entry beside its name: a method's link, a set's methods, a role's grants.
  private var holds: (name: String, values: [String], json: JSON?) {
    switch self {
    case .project, .environment: ("", [], nil)
    case .method(let method):
      ("link", method.link.isEmpty ? [] : [method.link], .string(method.link))
    case .scopeSet(let set):
      ("method", set.methods.map(\.text), .array(set.methods.map { .string($0.text) }))
    case .role(let role):
      ("grant", role.grants.map(\.text), .array(role.grants.map { .string($0.text) }))
    }
  }

  var row: [String] {
    [
      key.text, description.isEmpty ? "-" : description,
      holds.values.isEmpty ? "-" : holds.values.joined(separator: "; "), String(version),
    ]
  }

  var facts: [(String, String)] {
    [(key.type.noun, key.text), ("description", description)]
      + holds.values.map { (holds.name, $0) } + [("version", String(version))]
  }

  var json: JSON {
    var members: [JSON.Member] = [
      JSON.Member(name: "name", value: .string(key.text)),
      JSON.Member(name: "description", value: .string(description)),
    ]
    if let held = holds.json {
      let name = holds.name == "link" ? "link" : holds.name + "s"
      members.append(JSON.Member(name: name, value: held))
    }
    members.append(JSON.Member(name: "version", value: .number(UInt64(version))))
    return .object(members)
  }
}

extension RegistryType {
  /// What an entry of the type is called as a member of JSON.
  var member: String { String(noun.map { $0 == "-" ? "_" : $0 }) }
}
