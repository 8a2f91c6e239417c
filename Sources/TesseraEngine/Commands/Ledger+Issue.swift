import TesseraModel

extension Ledger {
  func decideIssue(
    _ command: IssueCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard rights.has(.tokensIssue) else { throw .lacks(.tokensIssue) }
    if let replay = try replay(command, in: batch) { return replay }
    try check(command, by: rights)
    var record = TokenRecord(
      id: TokenID(high: 0, low: 0), kind: command.kind, name: command.name,
      description: command.description, owner: command.owner,
      projects: command.projects?.normalised, environment: command.environment,
      scopes: command.scopes.normalised, permissions: command.permissions, createdAt: batch.now,
      createdBy: caller.actor, expiresAt: try command.expiresAt(now: batch.now),
      credentials: Credentials(current: command.digest))
    try checkEnclosed(record, by: rights)
    try checkRoom(for: record, in: batch)
    record.id = batch.makeID(entropy: command.entropy)
    let entry = command.idempotency.map {
      IdempotencyEntry(
        key: $0.key, request: $0.request, token: record.id,
        keptUntil: batch.now + Limits.idempotencyKept)
    }
    batch.put(record, by: caller.actor, entry)
    let warnings =
      record.expiresAt == nil
      ? ["the token never expires; prefer one that does, and renew it"] : []
    return .issued(record, warnings: warnings, replayed: false)
  }

  /// The answer that was given to the same request with the same key.
  private func replay(
    _ command: IssueCommand, in batch: borrowing Batch
  ) throws(Refusal) -> Outcome? {
    guard let (key, request) = command.idempotency,
      let used = batch.idempotencyEntry(key) ?? idempotency[key], batch.now < used.keptUntil
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
    return .issued(record, warnings: [], replayed: true)
  }

  /// The caller's own limits: nobody opens more than they hold.
  private func checkEnclosed(_ record: TokenRecord, by rights: CallerRights) throws(Refusal) {
    if record.kind == .admin || record.kind == .service, !rights.isAdmin {
      throw Refusal(
        .permissionDenied, "only an ADMIN caller issues ADMIN and SERVICE tokens", field: "kind")
    }
    let target = CompiledAccess(AccessKey(record), directory: shared.directory)
    let environment = record.environment.flatMap { shared.directory.environments[$0] } ?? .none
    guard rights.encloses(target, environment) else {
      throw Refusal(
        .permissionDenied,
        "the caller may issue only within its own kinds, projects and environments")
    }
  }

  private func checkRoom(
    for record: TokenRecord, in batch: borrowing Batch
  ) throws(Refusal) {
    guard token(holding: record.credentials.current, in: batch) == nil else {
      throw Refusal(.alreadyExists, "a token with this value exists")
    }
    guard tokenCount + batch.entries.count < Limits.tokens - 1 else {
      throw Refusal(.resourceExhausted, "the authority holds as many tokens as it can")
    }
    guard let owner = record.owner else { return }
    let held = (tokensOfOwner[owner] ?? 0) + batch.issued(for: owner)
    guard held < Limits.tokensPerOwner else {
      throw Refusal(
        .resourceExhausted,
        "the user has \(held) tokens, which is the most; revoke some that are not in use",
        field: "owner")
    }
  }
}

extension IssueCommand {
  func expiresAt(now: Timestamp) throws(Refusal) -> Timestamp? {
    let time: Timestamp
    switch expiry {
    case .unspecified where kind == .personal: return now + Limits.personalLifetime
    case .unspecified, .never: return nil
    case .at(let moment): time = moment
    case .after(let lifetime):
      guard lifetime <= .seconds(400 * 366 * 24 * 3600) else {
        throw .invalid("lifetime", "the lifetime is longer than 400 years; ask for never")
      }
      time = now + lifetime
    }
    guard time > now else {
      throw .invalid("expires_at", "the expiry is not in the future")
    }
    return time
  }
}

extension ProjectSelection {
  /// Lists sorted and without repetition, so that equal ones are equal.
  var normalised: ProjectSelection {
    if case .list(let projects) = self { .list(Set(projects).sorted()) } else { self }
  }
}

extension ScopeSelection {
  var normalised: ScopeSelection {
    guard case .some(let sets, let methods) = self else { return self }
    return .some(sets: Set(sets).sorted(), methods: Set(methods).sorted())
  }
}
