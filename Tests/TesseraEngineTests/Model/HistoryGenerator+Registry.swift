import TesseraEngine
import TesseraModel

extension HistoryGenerator {
  mutating func key() -> RegistryKey {
    switch number(0...9) {
    case 0...2: .project(one(of: HistoryGenerator.projects))
    case 3: .environment(one(of: HistoryGenerator.environments))
    case 4...5: .method(one(of: HistoryGenerator.methods))
    case 6...7: .scopeSet(one(of: HistoryGenerator.sets))
    default: .role(one(of: HistoryGenerator.roles))
    }
  }

  mutating func entry(_ key: RegistryKey, in model: PlainAuthority) -> RegistryEntry {
    let text = chance(50) ? name() : ""
    switch key {
    case .project(let id): return .project(.init(chance(2) ? "user" : id, description: text))
    case .environment(let id): return .environment(.init(id, description: text))
    case .method(let name):
      return .method(
        .init(name, description: text, link: chance(30) ? "https://docs.example/\(name)" : ""))
    case .scopeSet(let name):
      let methods = (0..<number(0...4)).map { _ in method(in: model) }
      return .scopeSet(.init(name, description: text, methods: methods))
    case .role(let name):
      return .role(.init(name, description: text, grants: grants(in: model)))
    }
  }

  mutating func createEntry(in model: PlainAuthority) -> Command {
    var key = key()
    if model.exists(key), chance(80) { key = self.key() }
    return .createEntry(entry(key, in: model))
  }

  mutating func updateEntry(in model: PlainAuthority) -> Command {
    let key = key()
    var entry = entry(key, in: model)
    let held = model.entries[key]
    if let held, chance(15) { entry = held }
    return .updateEntry(
      entry, ifVersion: chance(20) ? (held?.version ?? 1) + (chance(30) ? 1 : 0) : nil)
  }

  mutating func removeEntry(in model: PlainAuthority) -> Command { .removeEntry(key()) }

  /// Any grants, or what the user who gives them holds, or nearly so.
  mutating func grants(in model: PlainAuthority) -> [Grant] {
    (0..<number(0...3)).map { _ in
      guard !held.isEmpty, chance(70) else { return grant(in: model) }
      var grant = one(of: held)
      if chance(20) { grant.scopes = nil }
      if chance(20) { grant.createsTokens.toggle() }
      if chance(20) { grant.hidesTokens.toggle() }
      return grant
    }
  }

  private mutating func grant(in model: PlainAuthority) -> Grant {
    let scopes = chance(60) ? self.scopes(in: model) : nil
    let place: Grant.Place =
      switch number(0...9) {
      case 0...5: .project(project(in: model))
      case 6...7: .allProjects
      default: .global
      }
    let isGlobal = (place == .global) != chance(1)
    let permissions: [Permission] = [.usersWrite, .registryWrite, .eventsRead, .registryRead]
    return Grant(
      place, scopes: scopes == .kindDefault && chance(90) ? .all : scopes,
      createsTokens: !isGlobal && chance(40), hidesTokens: !isGlobal && chance(15),
      permissions: isGlobal && chance(70) ? some(of: permissions, 1...3) : [])
  }

  mutating func password() -> PasswordHash {
    PasswordHash(
      salt: (0..<8).map { _ in UInt8(truncatingIfNeeded: random.next()) }, key: [1, 2, 3],
      logCost: 14, blockSize: 8, parallelism: 1)
  }

  mutating func createUser(in model: PlainAuthority) -> Command {
    var id = one(of: HistoryGenerator.users)
    if model.users[id] != nil, chance(80) { id = one(of: HistoryGenerator.users) }
    var command = CreateUserCommand(id)
    command.name = chance(50) ? name() : ""
    command.password = maybe(70) { $0.password() }
    command.isAdmin = chance(10)
    command.isDisabled = chance(10)
    command.grants = grants(in: model)
    command.roles = some(of: HistoryGenerator.roles, 0...2)
      .filter { model.exists(.role($0)) || chance(5) }
    return .createUser(command)
  }

  mutating func updateUser(in model: PlainAuthority) -> Command {
    var command = UpdateUserCommand(user(in: model))
    if chance(20) {
      command.ifVersion = (model.users[command.id]?.version ?? 1) + (chance(30) ? 1 : 0)
    }
    command.name = maybe(30) { $0.name() }
    command.isAdmin = maybe(15) { $0.chance(30) }
    command.isDisabled = maybe(25) { $0.chance(30) }
    command.grants = maybe(50) { $0.grants(in: model) }
    if chance(40) {
      command.roles = some(of: HistoryGenerator.roles, 0...2)
        .filter { model.exists(.role($0)) || chance(5) }
    }
    return .updateUser(command)
  }

  mutating func removeUser(in model: PlainAuthority) -> Command { .removeUser(user(in: model)) }

  mutating func setPassword(in model: PlainAuthority) -> Command {
    .setPassword(user(in: model), maybe(80) { $0.password() })
  }
}
