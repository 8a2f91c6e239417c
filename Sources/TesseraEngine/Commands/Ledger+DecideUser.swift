import TesseraModel

extension Ledger {
  func decideCreate(
    _ command: CreateUserCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard rights.has(.usersWrite) else { throw .lacks(.usersWrite) }
    let user = UserRecord(
      command.id, name: command.name, password: command.password, isAdmin: command.isAdmin,
      isDisabled: command.isDisabled, grants: command.grants.map(\.normalised),
      roles: Set(command.roles).sorted(), createdAt: batch.now, createdBy: caller.actor)
    try checkShape(user, replacing: nil)
    try checkGivable(user, rights)
    try checkNames(user)
    guard owners[user.id]?.record == nil else {
      throw Refusal(
        .alreadyExists, "there is a user \(user.id) already; update them, or take another id",
        field: "id")
    }
    guard owners.userCount < Limits.users else {
      throw Refusal(
        .resourceExhausted, "there are \(Limits.users) users, which is the most", field: "id")
    }
    batch.put(user, .userCreated, by: caller.actor, FieldChange.between(nil, user))
    return .user(user, tokens: tokenCount(of: user.id, in: batch))
  }

  /// Changes what the command names. Where the user is so already, nothing is changed and no
  /// version is asked for, as with tokens.
  func decideUpdate(
    _ command: UpdateUserCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    let old = try changeable(command.id, by: rights)
    guard !command.isEmpty else {
      throw Refusal(.invalidArgument, "say what is to change")
    }
    var new = old
    new.name = command.name ?? old.name
    new.isAdmin = command.isAdmin ?? old.isAdmin
    new.isDisabled = command.isDisabled ?? old.isDisabled
    new.grants = command.grants?.map(\.normalised) ?? old.grants
    new.roles = command.roles.map { Set($0).sorted() } ?? old.roles
    try checkShape(new, replacing: old)
    try checkGivable(new, rights)
    try checkUncovering(
      Holdings(grants: old.grants, roles: old.roles),
      Holdings(grants: new.grants, roles: new.roles), rights,
      new.grants == old.grants ? "roles" : "grants")
    try checkNames(new)
    guard new != old else { return .user(old, tokens: tokenCount(of: old.id, in: batch)) }
    try checkVersion(command.ifVersion, of: "user", at: old.version)
    new.version += 1
    batch.put(new, .userUpdated, by: caller.actor, FieldChange.between(old, new))
    return .user(new, tokens: tokenCount(of: new.id, in: batch))
  }

  /// - Parameter going: the tokens that are revoked with them.
  func decideRemove(
    _ id: UserID, revoking going: [TokenID], by caller: Caller, _ rights: CallerRights,
    in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    let user = try changeable(id, by: rights)
    let revocation = Revocation(
      at: batch.now, by: caller.actor, reason: "the user was removed")
    batch.remove(user.id, revocation, revoking: going)
    return .removed(revokedTokens: going.count)
  }

  /// One's own password, or that of a user whom the caller might change. A PERSONAL token with
  /// scopes sets none: who has the password may do more than the token may.
  func decideSetPassword(
    _ password: PasswordHash?, of id: UserID, by caller: Caller, _ rights: CallerRights,
    in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    let isOwn = rights.user == id && !rights.access.isScoped
    let old = isOwn ? try user(id) : try changeable(id, by: rights)
    // Hashes have salts and are never equal: there was no password and is to be none.
    guard password != old.password else { return .passwordSet }
    var new = old
    new.password = password
    new.version += 1
    batch.put(new, .passwordChanged, by: caller.actor, FieldChange.between(old, new))
    return .passwordSet
  }

  private func user(_ id: UserID) throws(Refusal) -> UserRecord {
    guard let user = owners[id]?.record else { throw .noUser(id, field: "id") }
    return user
  }

  /// The user who is to be changed.
  ///
  /// - Throws: where there is none, or they hold what the caller may not give. Who is limited to
  ///   some projects cannot tell the one from the other.
  func changeable(_ id: UserID, by rights: CallerRights) throws(Refusal) -> UserRecord {
    guard rights.has(.usersWrite) else { throw .lacks(.usersWrite) }
    let user = try user(id)
    guard mayGive(user, rights) else {
      if rights.writesUsersOfSome { throw .noUser(id, field: "id") }
      throw Refusal(
        .permissionDenied, "the user holds more than the caller may give", field: "id")
    }
    return user
  }

  /// The user's tokens that are not revoked when the batch is applied.
  private func tokenCount(of owner: UserID, in batch: borrowing Batch) -> Int {
    tokenCount(of: owner) + batch.added(for: owner)
  }
}

/// What is asked of a user. Each refusal names its field.
extension Ledger {
  private func checkShape(
    _ user: UserRecord, replacing old: UserRecord?
  ) throws(Refusal) {
    try checkTexts(name: user.name, description: "")
    guard user.roles.count <= Limits.rolesPerUser else {
      throw .invalid("roles", "a user has at most \(Limits.rolesPerUser) roles")
    }
    try checkShape(user.grants, replacing: old?.grants ?? [], "grants")
  }

  private func checkNames(_ user: UserRecord) throws(Refusal) {
    for role in user.roles where registry[.role(role)] == nil {
      throw .invalid("roles", "there is no role \(role)")
    }
    try checkNames(user.grants, "grants")
  }

  /// That nobody makes a user who holds more than they do.
  private func checkGivable(_ user: UserRecord, _ rights: CallerRights) throws(Refusal) {
    if rights.isAdmin { return }
    guard !user.isAdmin else {
      throw Refusal(
        .permissionDenied, "only who may do everything makes administrators", field: "admin")
    }
    if let index = user.grants.firstIndex(where: { !mayGive($0, rights) }) {
      throw .givesTooMuch("grants[\(index)]")
    }
    for role in user.roles where !mayGive(role, rights) { throw .givesTooMuch("roles") }
    guard !rights.writesUsersOfSome || !user.grants.isEmpty || !user.roles.isEmpty else {
      throw Refusal(
        .permissionDenied,
        "the caller writes only users of its own projects: give a grant for one of them",
        field: "grants")
    }
  }
}

extension UpdateUserCommand {
  var isEmpty: Bool {
    name == nil && isAdmin == nil && isDisabled == nil && grants == nil && roles == nil
  }
}
