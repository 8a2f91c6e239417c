import TesseraEngine
import TesseraModel

extension PlainAuthority {
  /// The token that the caller may change.
  private func changeable(_ id: TokenID, _ powers: Powers) throws(Faults) -> TokenRecord {
    guard mayIssueSome(powers) else { throw .any(.permissionDenied) }
    guard let token = tokens[id] else { throw .any(.notFound) }
    guard mayIssue(token, powers) else {
      throw shown(token, to: powers) == nil ? .any(.notFound) : .any(.permissionDenied)
    }
    guard token.revocation == nil else { throw .any(.failedPrecondition) }
    return token
  }

  mutating func update(_ command: UpdateCommand, _ change: Change) throws(Faults) -> Answer {
    let token = try changeable(command.id, change.powers)
    var conditions = Conditions()
    conditions.demand(!command.isEmpty, else: .invalidArgument)
    conditions.demand(token.state(at: change.now) == .active, else: .failedPrecondition)
    var changed = token
    changed.name = command.name ?? token.name
    changed.description = command.description ?? token.description
    if let projects = command.projects {
      if case .list = token.projects {
        conditions.demand(!projects.isEmpty, else: .invalidArgument)
      } else {
        conditions.demand(false, else: .invalidArgument)
      }
      changed.projects = ProjectSelection.list(projects).sorted
    }
    changed.scopes = command.scopes?.sorted ?? token.scopes
    conditions.attempt { () throws(Faults) in
      changed.expiresAt = try end(command.expiry, unsaid: token.expiresAt, at: change.now)
    }
    if let scopes = command.scopes {
      conditions.attempt { () throws(Faults) in try checkScopes(scopes, of: token.kind) }
    }
    try conditions.check()
    guard changed != token else { return .changed(token) }
    if let version = command.ifVersion, version != token.version { throw .any(.aborted) }
    guard mayIssue(changed, change.powers), outlivesNothing(changed, change.powers) else {
      throw .any(.permissionDenied)
    }
    try checkNames(changed)
    changed.version += 1
    if let end = changed.credentials.previous?.validUntil, end <= change.now {
      changed.credentials.previous = nil
    }
    tokens[token.id] = changed
    passOnUses(of: changed)
    note(.tokenUpdated, .tokens([token.id]), change, fields: changed.fields(otherThan: token))
    return .changed(changed)
  }

  mutating func regenerate(
    _ command: RegenerateCommand, _ change: Change
  ) throws(Faults) -> Answer {
    var token = try changeable(command.id, change.powers)
    var conditions = Conditions()
    if let overlap = command.overlap {
      conditions.demand(
        overlap > .zero && overlap <= .seconds(30 * 86_400), else: .invalidArgument)
    }
    if token.state(at: change.now) == .expired {
      conditions.demand(
        command.expiry != .unspecified && command.overlap == nil, else: .failedPrecondition)
    }
    conditions.demand(self.token(holding: command.digest) == nil, else: .alreadyExists)
    let old = token
    conditions.attempt { () throws(Faults) in
      token.expiresAt = try end(command.expiry, unsaid: old.expiresAt, at: change.now)
    }
    try conditions.check()
    guard outlivesNothing(token, change.powers) else { throw .any(.permissionDenied) }
    token.credentials = Credentials(
      current: command.digest,
      previous: command.overlap.map { overlap in
        Credentials.Previous(
          digest: old.credentials.current, isUnchecked: old.credentials.isUnchecked,
          validUntil: change.now + overlap)
      })
    token.version += 1
    tokens[token.id] = token
    passOnUses(of: token)
    holders[command.digest] = token.id
    note(.tokenRegenerated, .tokens([token.id]), change)
    return .changed(token)
  }
}

extension UpdateCommand {
  fileprivate var isEmpty: Bool {
    name == nil && description == nil && projects == nil && scopes == nil && expiry == .unspecified
  }
}
