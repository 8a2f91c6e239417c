import SimulatedMachine
import TesseraModel

// The registry, users and events at their edges, as `edgeRecords` has tokens.
extension Samples {
  static let places: [Grant.Place] = [
    .global, .allProjects, .project("p"), .project(ProjectID(unchecked: "")),
    .project(ProjectID(unchecked: String(repeating: "p", count: 100))),
  ]

  static let placeGrants: [Grant] =
    places.map { Grant($0) } + scopes.dropLast().map { Grant(.allProjects, scopes: $0) } + [
      Grant(.allProjects, createsTokens: true), Grant(.allProjects, hidesTokens: true),
      Grant(.project("p"), scopes: .all, createsTokens: true, hidesTokens: true),
      Grant(.global, permissions: [.serverOperate]),
      Grant(.global, permissions: Permission.allCases + Permission.allCases),
    ]

  static let keys: [RegistryKey] = RegistryType.allCases.flatMap { type in
    ["a", "", "żółć 🔑", String(repeating: "n", count: 100)].map { key(type, $0) }
  }

  private static func key(_ type: RegistryType, _ name: String) -> RegistryKey {
    switch type {
    case .project: .project(ProjectID(unchecked: name))
    case .environment: .environment(EnvironmentID(unchecked: name))
    case .method: .method(MethodName(unchecked: name))
    case .scopeSet: .scopeSet(ScopeSetName(unchecked: name))
    case .role: .role(RoleName(unchecked: name))
    }
  }

  private static func entry(
    _ key: RegistryKey, _ description: String = "", version: UInt32 = 1
  ) -> RegistryEntry {
    switch key {
    case .project(let id): .project(.init(id, description: description, version: version))
    case .environment(let id): .environment(.init(id, description: description, version: version))
    case .method(let name): .method(.init(name, description: description, version: version))
    case .scopeSet(let name): .scopeSet(.init(name, description: description, version: version))
    case .role(let name): .role(.init(name, description: description, version: version))
    }
  }

  static var edgeEntries: [RegistryEntry] {
    keys.map { entry($0) }
      + RegistryType.allCases.flatMap { type in
        texts.map { entry(key(type, "described"), $0) }
          + [0, .max].map { entry(key(type, "versioned"), version: $0) }
      }
      + texts.map { .method(.init("linked", link: $0)) }
      + [0, 1, 300].map { .scopeSet(.init("filled", methods: names($0))) }
      + [[placeGrants[1]], placeGrants].map { .role(.init("filled", grants: $0)) }
  }

  private static let passwords: [PasswordHash?] = [
    nil, PasswordHash(salt: [], key: [], logCost: 0, blockSize: 0, parallelism: 0),
    PasswordHash(
      salt: [UInt8](0...255), key: [0], logCost: .max, blockSize: .max, parallelism: .max),
    user(1).password,
  ]

  static var edgeUsers: [UserRecord] {
    var users: [UserRecord] = []
    func vary<Value>(_ values: [Value], _ field: WritableKeyPath<UserRecord, Value>) {
      for value in values {
        var user = user(3)
        user[keyPath: field] = value
        users.append(user)
      }
    }
    vary(["u", "a.b~c_d-e", UserID(unchecked: "")], \.id)
    vary(texts, \.name)
    vary(passwords, \.password)
    vary([false, true], \.isAdmin)
    vary([false, true], \.isDisabled)
    vary([[], [placeGrants[0]], placeGrants], \.grants)
    vary([[], names(1), names(Limits.rolesPerUser)], \.roles)
    vary(times, \.createdAt)
    vary(actors, \.createdBy)
    vary([0, 1, .max], \.version)
    return users
  }

  /// A user of random parts.
  static func randomUser(using random: inout SeededGenerator) -> UserRecord {
    let edges = (0..<10).map { _ in edgeUserPool.randomElement(using: &random)! }
    return UserRecord(
      edges[0].id, name: edges[1].name, password: edges[2].password, isAdmin: edges[3].isAdmin,
      isDisabled: edges[4].isDisabled,
      grants: placeGrants.shuffled(using: &random).dropLast(.random(in: 0...8, using: &random)),
      roles: edges[6].roles, createdAt: edges[7].createdAt, createdBy: edges[8].createdBy,
      version: edges[9].version)
  }

  private static let edgeUserPool = edgeUsers
}
