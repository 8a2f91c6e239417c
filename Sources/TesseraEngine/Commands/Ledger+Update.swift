import TesseraModel

extension Ledger {
  /// Changes what the command names. Where the token is so already, nothing is changed and no
  /// version is asked for: so a repetition of an Update that was carried out is answered as the
  /// first was.
  func decideUpdate(
    _ command: UpdateCommand, by caller: Caller, _ rights: CallerRights, in batch: inout Batch
  ) throws(Refusal) -> Outcome {
    let record = try changeable(command.id, by: rights, in: batch)
    try checkTexts(name: command.name ?? "", description: command.description ?? "")
    guard !command.isEmpty else {
      throw Refusal(.invalidArgument, "say what is to change")
    }
    guard record.state(at: batch.now) == .active else {
      throw Refusal(
        .failedPrecondition, "the token has expired; regenerate it, with a new expiry", field: "id")
    }
    var changed = try updated(record, command, now: batch.now)
    guard changed != record else {
      return .updated(record, warnings: Ledger.warnings(record))
    }
    try checkVersion(command.ifVersion, of: "token", at: record.version)
    if let refusal = refusal(toMake: changed, by: rights, .tokensIssue) { throw refusal }
    try checkEnd(changed.expiresAt, by: rights)
    try checkKnown(command.projects ?? [])
    if let scopes = command.scopes { try checkKnown(scopes) }
    changed.version += 1
    changed.credentials.forgetEnded(at: batch.now)
    batch.change(
      changed, .tokenUpdated, by: caller.actor, FieldChange.between(record, changed))
    closeIfLimitsChanged(&batch, record, changed)
    return .updated(changed, warnings: Ledger.warnings(changed))
  }

  /// The record as the command wants it, its version as it was.
  private func updated(
    _ record: TokenRecord, _ command: UpdateCommand, now: Timestamp
  ) throws(Refusal) -> TokenRecord {
    var changed = record
    changed.name = command.name ?? record.name
    changed.description = command.description ?? record.description
    if let projects = command.projects {
      guard case .list = record.projects else {
        throw .invalid(
          "projects",
          "only a token for a list of projects gets others; issue one for those projects")
      }
      let selection = ProjectSelection.list(projects)
      try checkProjects(selection, record.kind)
      changed.projects = selection.normalised
    }
    if let scopes = command.scopes {
      try checkScopes(scopes, record.kind)
      changed.scopes = scopes.normalised
    }
    changed.expiresAt = try command.expiry.end(now: now, otherwise: record.expiresAt)
    return changed
  }
}
