import TesseraModel

extension Ledger {
  /// Each token for itself is imported or refused; all that are imported are one durable change.
  /// What Issue refuses, Import does.
  func decideImport(
    _ tokens: [ImportedToken], by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    guard rights.has(.tokensImport) else { throw .lacks(.tokensImport) }
    guard !tokens.isEmpty else { throw .invalid("tokens", "name at least one token") }
    guard tokens.count <= Limits.tokensPerImport else {
      throw .invalid("tokens", "at most \(Limits.tokensPerImport) tokens are imported at once")
    }
    var imported: [TokenRecord] = []
    var outcomes: [Result<TokenID, Refusal>] = []
    for token in tokens {
      do throws(Refusal) {
        let record = try record(token, by: caller, rights, in: &batch)
        // Held at once: the next may be of the same value or the same owner.
        batch.hold(record)
        imported.append(record)
        outcomes.append(.success(record.id))
      } catch {
        outcomes.append(.failure(error))
      }
    }
    if !imported.isEmpty { batch.putHeld(imported, by: caller.actor) }
    return .imported(outcomes)
  }

  private func record(
    _ token: ImportedToken, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> TokenRecord {
    let command = IssueCommand(token)
    try checkShape(command)
    let createdAt = token.createdAt ?? batch.now
    guard createdAt >= .earliest, createdAt <= batch.now else {
      throw .invalid("created_at", "a token was not created in the future")
    }
    var record = TokenRecord(
      command, createdAt: createdAt, by: caller.actor,
      expiresAt: try command.expiresAt(now: batch.now))
    if let refusal = refusal(toMake: record, by: rights, .tokensImport) { throw refusal }
    try checkNames(command)
    guard !shared.proxyKeys.withObject({ $0.contains(token.digest) }) else {
      throw .invalid(
        token.isByDigest ? "sha256" : "value",
        "this is a proxy client key, which the configuration lists; take it out there first")
    }
    record.credentials.isUnchecked = token.isUnchecked
    try checkRoom(
      for: record, valueIn: token.isByDigest ? "sha256" : "value", by: rights, in: batch)
    record.id = try makeID(token.entropy, in: &batch)
    return record
  }
}

extension IssueCommand {
  /// What would be asked to issue the token anew.
  fileprivate init(_ token: ImportedToken) {
    self.init(kind: token.kind, digest: token.digest, entropy: token.entropy)
    name = token.name
    description = token.description
    owner = token.owner
    projects = token.projects
    environment = token.environment
    scopes = token.scopes
    permissions = token.permissions
    // As in an Issue: never must be asked for by name, where that is not a kind's own.
    expiry = token.expiresAt.map { .at($0) } ?? .unspecified
  }
}
