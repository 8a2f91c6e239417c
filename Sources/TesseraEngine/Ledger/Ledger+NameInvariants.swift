import TesseraModel

/// Where tokens must be found, as their records say.
struct ExpectedIndexes {
  var owners: [UserID: [CredentialNumber]] = [:]
  var live: [UserID: Int] = [:]
  var made: [UserID: Int] = [:]
  var projects: [ProjectID: [CredentialNumber]] = [:]
  var allProjects: [CredentialNumber] = []

  mutating func add(_ record: TokenRecord, _ number: CredentialNumber) {
    if let owner = record.owner {
      owners[owner, default: []].append(number)
      if record.revocation == nil { live[owner, default: 0] += 1 }
    }
    if let maker = record.maker, record.revocation == nil { made[maker, default: 0] += 1 }
    switch record.projects {
    case .one(let project): projects[project, default: []].append(number)
    case .list(let list): for project in list { projects[project, default: []].append(number) }
    case .all: allProjects.append(number)
    case nil: return
    }
  }
}

extension Ledger {
  func isActive(_ owner: UserID?) -> Bool { owner.map { owners[$0]?.isActive == true } ?? false }

  func check(_ expected: ExpectedIndexes) {
    precondition(tokensOfProject.mapValues(\.all) == expected.projects, "projects' tokens")
    precondition(tokensOfAllProjects.all == expected.allProjects, "all projects' tokens")
    var owned = 0
    for (id, owner) in owners.all {
      let tokens = expected.owners[id] ?? []
      precondition(owner.tokens.all == tokens, "an owner's tokens")
      precondition(owner.liveTokens == expected.live[id] ?? 0, "an owner's tokens are miscounted")
      precondition(owner.madeTokens == expected.made[id] ?? 0, "a maker's tokens are miscounted")
      precondition(
        owner.record != nil || !tokens.isEmpty || owner.madeTokens > 0, "nobody's entry")
      if !tokens.isEmpty { owned += 1 }
    }
    precondition(owned == expected.owners.count, "tokens whose owner has no entry")
    precondition(expected.made.keys.allSatisfy { owners[$0] != nil }, "a maker has no entry")
  }

  /// Who names what is known, and what is named is there.
  func checkNames(of accesses: some Collection<AccessNumber>, isWhole: Bool) {
    var expected = Dependents()
    func check(_ names: Set<RegistryKey>) {
      guard isWhole else { return }
      for name in names where name != .scopeSet(.client) && name != .scopeSet(.frontend) {
        precondition(registry[name] != nil, "\(name) is named and not there")
      }
    }
    for number in accesses {
      let (key, user) = shared.access.withAccess(number) { ($0.key, $0.user) }
      expected.replace(nil, by: key, of: number)
      // The configuration names what it likes.
      if certificates[number] == nil { check(key.names) }
      precondition(user == key.owner.flatMap { owners[$0]?.number } ?? .none, "another's rights")
    }
    for (key, entry) in registry.entries {
      expected.replace(nil, by: entry, of: key)
      check(entry.names)
    }
    var users = 0
    for (id, owner) in owners.all {
      let rights = shared.users.rights(owner.number)
      precondition(rights?.id == owner.record?.id, "rights without a user, or a user without")
      guard let record = owner.record else { continue }
      users += 1
      expected.replace(nil, by: record, of: owner.number)
      check(record.names)
      precondition(shared.user(id)?.number == owner.number, "a user not found by id")
      precondition(rights?.isDisabled == record.isDisabled && rights?.isAdmin == record.isAdmin)
    }
    precondition(users == owners.userCount && owners.users(after: nil, limit: .max).count == users)
    precondition(expected == dependents, "who names what")
    shared.users.checkInvariants(count: users)
  }
}
