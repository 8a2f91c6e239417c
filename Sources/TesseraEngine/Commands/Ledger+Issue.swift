import TesseraModel

extension Ledger {
  func decideIssue(
    _ command: IssueCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard rights.mayIssueSome else { throw .lacks(.tokensIssue) }
    if let replay = try replay(command, for: rights, in: batch) { return replay }
    let command = try filled(command, by: rights, in: batch)
    try checkShape(command)
    var record = TokenRecord(
      command, createdAt: batch.now, by: caller.actor,
      expiresAt: try command.expiresAt(now: batch.now, latest: rights.latestEnd))
    if let refusal = refusal(toMake: record, by: rights, .tokensIssue) { throw refusal }
    try checkEnd(record.expiresAt, by: rights)
    try checkNames(command)
    try checkRoom(for: record, by: rights, in: batch)
    if command.idempotency != nil { try checkRoom(forKeyOf: caller.actor, in: batch) }
    record.id = try makeID(command.entropy, in: &batch)
    let entry = command.idempotency.map { key, request in
      IdempotencyEntry(
        key: key, request: request, token: record.id,
        keptUntil: batch.now + Limits.idempotencyKept)
    }
    batch.put(record, by: caller.actor, entry, changes(record, copyOf: command.copyOf))
    return .issued(record, warnings: Ledger.warnings(record), replayed: false)
  }

  func makeID(_ entropy: UInt64, in batch: inout Batch) throws(Refusal) -> TokenID {
    guard let id = batch.makeID(entropy: entropy) else {
      throw Refusal(.resourceExhausted, "a token has the greatest id there is; none can follow it")
    }
    return id
  }

  private func changes(_ record: TokenRecord, copyOf source: TokenID?) -> [FieldChange] {
    var changes = FieldChange.between(nil, record)
    if let source { changes.append(.copy(of: source)) }
    return changes
  }

  /// The answer to a request that repeats one with the same key: the token as it is now. A caller
  /// who might not issue it as it is gets the part of it that it may see.
  private func replay(
    _ command: IssueCommand, for rights: CallerRights, in batch: borrowing Batch
  ) throws(Refusal) -> Outcome? {
    guard let (key, request) = command.idempotency,
      let used = batch.idempotencyEntry(key) ?? idempotency[key],
      // Not by the clock as it is: one that is ahead would issue a second token.
      believedMoment < used.keptUntil
    else { return nil }
    guard used.request == request else {
      throw .invalid(
        "idempotency_key", "the key was used for another request; take a new key for a new token")
    }
    guard let record = token(used.token, in: batch) else {
      throw Refusal(
        .failedPrecondition, "the token that was issued with this key is gone; take a new key",
        field: "idempotency_key")
    }
    guard let shown = mayIssue(record, rights) ? record : shown(record, to: rights) else {
      throw Refusal(
        .failedPrecondition,
        "the token that was issued with this key, \(record.id), is not what the caller might issue any "
          + "more, and is not shown to it; take a new key", field: "idempotency_key")
    }
    return .issued(shown, warnings: [], replayed: true)
  }

  /// That no caller takes the room of all others.
  private func checkRoom(
    forKeyOf caller: Actor, in batch: borrowing Batch
  ) throws(Refusal) {
    let isRoom =
      idempotency.count + batch.entries.count < Limits.idempotencyKeys
      && idempotency.count(of: caller) + batch.keys(of: caller) < keysPerCaller
    guard isRoom else {
      throw Refusal(
        .resourceExhausted, "too many keys are kept, of this caller or of all; issue without one",
        field: "idempotency_key")
    }
  }

  /// - Parameter field: where the caller gave the value; empty where it was made here.
  func checkRoom(
    for record: TokenRecord, valueIn field: String = "", by rights: CallerRights,
    in batch: borrowing Batch
  ) throws(Refusal) {
    try checkRoom(forValue: record.credentials.current, field, in: batch)
    if let maker = record.maker, !rights.isAdmin { try checkRoom(forOneMadeBy: maker, in: batch) }
    guard let owner = record.owner else { return }
    let held = tokenCount(of: owner) + batch.added(for: owner)
    guard held < tokensPerOwner else {
      throw Refusal(
        .resourceExhausted,
        "the user has \(held) tokens, which is the most; revoke some that are not in use",
        field: "owner")
    }
  }

  private func checkRoom(
    forOneMadeBy maker: UserID, in batch: borrowing Batch
  ) throws(Refusal) {
    let made = (owners[maker]?.madeTokens ?? 0) + batch.made(by: maker)
    guard made < tokensPerOwner else {
      throw Refusal(
        .resourceExhausted,
        "the user has made \(made) tokens for projects that are not revoked, which is the most; "
          + "revoke some that are not in use")
    }
  }

  /// That the value is no token's yet, and there is a place for it.
  func checkRoom(
    forValue digest: Digest, _ field: String = "", in batch: borrowing Batch
  ) throws(Refusal) {
    guard token(holding: digest, in: batch) == nil else {
      throw Refusal(.alreadyExists, "a token with this value exists", field: field)
    }
    guard credentialsTaken + batch.newValues < Limits.tokens else {
      throw Refusal(.resourceExhausted, "the authority holds as many tokens as it can")
    }
  }
}

extension TokenRecord {
  /// What a command asks for, which was checked. Its id is made when there is room for it.
  init(
    _ command: IssueCommand, createdAt: Timestamp, by actor: Actor, expiresAt: Timestamp?
  ) {
    self.init(
      id: TokenID(high: 0, low: 0), kind: command.kind, name: command.name,
      description: command.description, owner: command.owner,
      projects: command.projects?.normalised, environment: command.environment,
      scopes: (command.scopes ?? .kindDefault).normalised, permissions: command.permissions,
      createdAt: createdAt, createdBy: actor, expiresAt: expiresAt,
      credentials: Credentials(current: command.digest))
  }
}

extension IssueCommand {
  /// - Parameter latest: what ends a token of which nothing was said, where there is such a moment.
  func expiresAt(now: Timestamp, latest: Timestamp? = nil) throws(Refusal) -> Timestamp? {
    let unsaid = kind == .personal ? now + Limits.personalLifetime : nil
    return try expiry.end(now: now, otherwise: [unsaid, latest].compactMap { $0 }.min())
  }
}

extension Expiry {
  /// The moment that was asked for; nil is never.
  ///
  /// - Parameter otherwise: the end where nothing was said.
  func end(now: Timestamp, otherwise: Timestamp?) throws(Refusal) -> Timestamp? {
    let (time, field): (Timestamp, String)
    switch self {
    case .unspecified: return otherwise
    case .never: return nil
    case .at(let moment): (time, field) = (moment, "expires_at")
    case .after(let lifetime): (time, field) = (now + lifetime, "lifetime")
    }
    guard time > now else {
      throw .invalid(field, "the expiry is not in the future")
    }
    guard time <= now + Limits.lifetime, time < .latest else {
      throw .invalid(field, "the expiry is more than 400 years away; ask for never")
    }
    return time
  }
}
