import TesseraModel

extension Ledger {
  /// The command with what it leaves out taken from the token that it copies, as far as tokens of
  /// its kind have it, or from the caller. The result is held to all that is asked of any Issue.
  func filled(
    _ command: IssueCommand, by rights: CallerRights, in batch: borrowing Batch
  ) throws(Refusal) -> IssueCommand {
    var filled = command
    if let id = command.copyOf {
      filled = try copied(command, from: copyable(id, by: rights, in: batch), now: batch.now)
    }
    // Users who do not say for whom mean themselves.
    if filled.kind == .personal { filled.owner = filled.owner ?? rights.user }
    return filled
  }

  private func copied(
    _ command: IssueCommand, from source: TokenRecord, now: Timestamp
  ) throws(Refusal) -> IssueCommand {
    var filled = command
    let kind = command.kind
    if filled.name.isEmpty { filled.name = source.name }
    if filled.description.isEmpty { filled.description = source.description }
    if kind.isBoundToEnvironment {
      filled.projects = filled.projects ?? source.projects
      filled.environment = filled.environment ?? source.environment
    }
    if kind == .personal { filled.owner = filled.owner ?? source.owner }
    if kind == .service {
      if filled.permissions.isEmpty { filled.permissions = source.permissions }
    } else if kind != .admin {
      filled.scopes = filled.scopes ?? source.scopes
    }
    filled.expiry = try expiry(of: filled, from: source, now: now)
    return filled
  }

  /// When the copy ends: with its source, unless the command says otherwise.
  private func expiry(
    of command: IssueCommand, from source: TokenRecord, now: Timestamp
  ) throws(Refusal) -> Expiry {
    guard command.expiry == .unspecified else { return command.expiry }
    // The source never ends. That was asked for with its own kind in mind: a copy of another kind
    // ends as that kind does by default.
    guard let end = source.expiresAt else {
      return command.kind == source.kind ? .never : .unspecified
    }
    guard now < end else {
      throw Refusal(
        .failedPrecondition, "the token that is copied has expired; say when the copy is to end",
        field: "expires_at")
    }
    return .at(end)
  }
}
