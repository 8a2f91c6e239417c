import TesseraModel

extension Ledger {
  /// Decides a command over the applied state and what the batch already holds. What is to change
  /// is added to the batch; nothing is applied.
  ///
  /// - Precondition: the batch is not closed.
  ///
  /// - Parameters:
  ///   - candidates: the tokens that were found where a filter is to be revoked.
  ///   - going: the tokens that are revoked with what is removed.
  func decide(
    _ command: Command, among candidates: [TokenRecord], revoking going: [TokenID],
    by caller: Caller, in batch: inout Batch
  ) -> Outcome {
    precondition(!batch.isClosed, "the batch takes no more commands")
    guard !batch.hasEnded(caller), let rights = shared.rights(of: caller, now: batch.now) else {
      return .refused(.callerEnded)
    }
    do throws(Refusal) {
      switch command {
      case .issue(let command):
        return try decideIssue(command, by: caller, rights, in: &batch)
      case .update(let command):
        return try decideUpdate(command, by: caller, rights, in: &batch)
      case .regenerate(let command):
        return try decideRegenerate(command, by: caller, rights, in: &batch)
      case .revoke(let command):
        return try decideRevoke(command, among: candidates, by: caller, rights, in: &batch)
      case .importTokens(let tokens):
        return try decideImport(tokens, by: caller, rights, in: &batch)
      case .purge(let command):
        return try decidePurge(command, by: caller, rights, in: &batch)
      case .createEntry(let entry):
        return try decideCreate(entry, by: caller, rights, in: &batch)
      case .updateEntry(let entry, let version):
        return try decideUpdate(entry, ifVersion: version, by: caller, rights, in: &batch)
      case .removeEntry(let key):
        return try decideRemove(key, revoking: going, by: caller, rights, in: &batch)
      case .createUser(let command):
        return try decideCreate(command, by: caller, rights, in: &batch)
      case .updateUser(let command):
        return try decideUpdate(command, by: caller, rights, in: &batch)
      case .removeUser(let id):
        return try decideRemove(id, revoking: going, by: caller, rights, in: &batch)
      case .setPassword(let id, let password):
        return try decideSetPassword(password, of: id, by: caller, rights, in: &batch)
      }
    } catch {
      return .refused(error)
    }
  }

  /// The token as it will be when the batch is applied.
  func token(_ id: TokenID, in batch: borrowing Batch) -> TokenRecord? {
    batch.token(id) ?? (batch.hasRemoved(id) ? nil : record(id))
  }

  /// The token that answers to a digest when the batch is applied.
  func token(holding digest: Digest, in batch: borrowing Batch) -> TokenRecord? {
    let found = batch.token(holding: digest) ?? credential(holding: digest).map { id(of: $0) }
    // The batch may have given the token another value.
    guard let found, let record = token(found, in: batch), record.credentials.holds(digest) else {
      return nil
    }
    return record
  }
}

extension Refusal {
  public static let callerEnded = Refusal(
    .unauthenticated,
    "the token this connection authenticated with has expired or was revoked; connect with another")

  public static func lacks(_ permission: Permission) -> Refusal {
    Refusal(
      .permissionDenied,
      "this needs the permission \(permission.name), which the caller does not have")
  }

  static func invalid(_ field: String, _ message: String) -> Refusal {
    Refusal(.invalidArgument, message, field: field)
  }
}
