import TesseraEngine
import TesseraModel

extension PlainAuthority {
  mutating func create(_ command: CreateUserCommand, _ change: Change) throws(Faults) -> Answer {
    try checkRight(toChangeUsers: change.powers)
    let user = UserRecord(
      command.id, name: command.name, password: command.password, isAdmin: command.isAdmin,
      isDisabled: command.isDisabled, grants: command.grants.map(\.sorted),
      roles: Array(Set(command.roles)).sorted(), createdAt: change.now, createdBy: change.actor)
    var conditions = Conditions()
    conditions.attempt { () throws(Faults) in try check(user, change.powers) }
    conditions.demand(users[user.id] == nil, else: .alreadyExists)
    try conditions.check()
    users[user.id] = user
    births[user.id] = next()
    passwords[user.id] = next()
    note(.userCreated, .user(user.id), change)
    return .user(user, tokens: tokenCount(of: user.id))
  }

  mutating func update(_ command: UpdateUserCommand, _ change: Change) throws(Faults) -> Answer {
    try checkRight(toChangeUsers: change.powers)
    let user = try known(command.id, change.powers)
    var changed = user
    changed.name = command.name ?? user.name
    changed.isAdmin = command.isAdmin ?? user.isAdmin
    changed.isDisabled = command.isDisabled ?? user.isDisabled
    changed.grants = command.grants?.map(\.sorted) ?? user.grants
    changed.roles = command.roles.map { Array(Set($0)).sorted() } ?? user.roles
    var conditions = Conditions()
    conditions.demand(!command.isEmpty, else: .invalidArgument)
    conditions.demand(mayTouch(user, change.powers), else: .permissionDenied)
    conditions.attempt { () throws(Faults) in try check(changed, beside: user.grants, change.powers)
    }
    conditions.demand(
      mayUncover(grants(of: user), grants(of: changed), change.powers), else: .permissionDenied)
    if changed != user, let version = command.ifVersion {
      conditions.demand(version == user.version, else: .aborted)
    }
    try conditions.check()
    if changed != user {
      changed.version += 1
      users[user.id] = changed
      note(.userUpdated, .user(user.id), change, fields: changed.fields(otherThan: user))
    }
    return .user(changed, tokens: tokenCount(of: user.id))
  }

  mutating func remove(_ id: UserID, _ change: Change) throws(Faults) -> Answer {
    try checkRight(toChangeUsers: change.powers)
    let user = try known(id, change.powers)
    guard mayTouch(user, change.powers) else { throw .any(.permissionDenied) }
    users[id] = nil
    births[id] = nil
    passwords[id] = nil
    let ended = order.filter { tokens[$0].map { $0.owner == id && $0.revocation == nil } ?? false }
    for token in ended { end(token, change.revocation("the user was removed")) }
    if !ended.isEmpty { note(.tokenRevoked, .tokens(ended), change) }
    note(.userRemoved, .user(id), change)
    return .removed(revokedTokens: ended.count)
  }

  mutating func set(
    _ password: PasswordHash?, of id: UserID, _ change: Change
  ) throws(Faults) -> Answer {
    let powers = change.powers
    // With the password a scoped token would be as wide as its owner.
    let isOwn = powers.user == id && !powers.isScoped
    if !isOwn { try checkRight(toChangeUsers: powers) }
    var user = try known(id, change.powers, isOwn: isOwn)
    guard isOwn || mayTouch(user, powers) else { throw .any(.permissionDenied) }
    guard password != user.password else { return .passwordSet }
    user.password = password
    user.version += 1
    users[id] = user
    passwords[id] = next()
    note(.passwordChanged, .user(id), change)
    return .passwordSet
  }

  private mutating func next() -> Int {
    serial += 1
    return serial
  }
}

/// Nobody makes or changes a user who holds more than they do.
extension PlainAuthority {
  private func checkRight(toChangeUsers powers: Powers) throws(Faults) {
    guard
      holds(powers, .usersWrite) || powers.grants.contains(where: { $0.permission == .usersWrite })
    else { throw .any(.permissionDenied) }
  }

  /// Whoever may not give what the user holds does not learn which names there are.
  private func check(_ user: UserRecord, beside held: [Grant] = [], _ powers: Powers) throws(Faults)
  {
    var conditions = Conditions()
    conditions.attempt { () throws(Faults) in try checkShape(user.grants, beside: held) }
    conditions.attempt { () throws(Faults) in
      guard mayTouch(user, powers) else { throw .any(.permissionDenied) }
      guard user.roles.allSatisfy({ exists(.role($0)) }) else { throw .any(.invalidArgument) }
      try checkNames(user.grants)
    }
    try conditions.check()
  }

  private func mayTouch(_ user: UserRecord, _ powers: Powers) -> Bool {
    if powers.isAdmin { return true }
    if isLimited(powers) {
      // All of it must be of the caller's projects, and there must be something.
      guard !user.grants.isEmpty || !user.roles.isEmpty,
        user.roles.allSatisfy({ mayWrite($0, powers) })
      else { return false }
    }
    return !user.isAdmin && grants(of: user).allSatisfy { mayGive($0, powers) }
  }

  /// Whether a caller may write users, and those of some projects alone.
  func isLimited(_ powers: Powers) -> Bool {
    powers.user == nil && !holds(powers, .usersWrite)
      && powers.grants.contains { $0.permission == .usersWrite }
  }

  /// Whether a limited caller may write the role; one that there is not it may not.
  func mayWrite(_ name: RoleName, _ powers: Powers) -> Bool {
    guard case .role(let role)? = entries[.role(name)] else { return false }
    return !role.grants.isEmpty && role.grants.allSatisfy { mayGive($0, powers) }
  }

  /// The user, where there is one of whom the caller may know.
  private func known(
    _ id: UserID, _ powers: Powers, isOwn: Bool = false
  ) throws(Faults) -> UserRecord {
    guard let user = users[id], isOwn || !isLimited(powers) || mayTouch(user, powers) else {
      throw .any(.notFound)
    }
    return user
  }

  /// Whether the caller may give others what the grant gives: users what they hold, SERVICE callers
  /// anything of the product's within their limits, and of the permissions their own.
  func mayGive(_ grant: Grant, _ powers: Powers) -> Bool {
    if powers.isAdmin { return true }
    guard grant.permissions.allSatisfy({ holds(powers, $0) }) else { return false }
    if let user = powers.user { return mayGive(grant, user) }
    if holds(powers, .usersWrite) { return true }
    return powers.grants.contains { held in
      guard held.permission == .usersWrite, case .project(let project) = grant.place else {
        return false
      }
      return held.projects?.contains(project) ?? false
    }
  }

  /// Whether the caller may let be seen what the one list of grants hides and the other does not.
  func mayUncover(_ old: [Grant], _ new: [Grant], _ powers: Powers) -> Bool {
    let hidden = new.filter { $0.hidesTokens }.map(\.place)
    return hidden.contains(.allProjects)
      || old.filter { $0.hidesTokens && !hidden.contains($0.place) }
        .allSatisfy { mayGive(Grant($0.place), powers) }
  }

  private func mayGive(_ grant: Grant, _ id: UserID) -> Bool {
    var asked = MethodsOpened.some([])
    if let scopes = grant.scopes, scopes != .kindDefault {
      asked = knownMethods(scopes, of: .personal)
    }
    let there: ProjectSelection
    switch grant.place {
    case .global: return methods(heldAnywhereBy: id).contains(asked)
    case .project(let project):
      // Nobody is a member of what there is not.
      guard exists(.project(project)), isMember(id, of: project) else { return false }
      there = .one(project)
    case .allProjects:
      guard isMemberEverywhere(id) else { return false }
      there = .all
    }
    // Who becomes a member reads the tokens there, unless the grant says otherwise.
    return holds(id, in: there, asked, beside: .some([]))
      && (!grant.createsTokens || mayCreate(id, there))
      && (grant.hidesTokens || mayRead(id, there))
  }
}

extension UpdateUserCommand {
  fileprivate var isEmpty: Bool {
    name == nil && isAdmin == nil && isDisabled == nil && grants == nil && roles == nil
  }
}
