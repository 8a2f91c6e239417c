import TesseraModel

/// Under which owner and which projects tokens are found.
struct Placing: Equatable {
  var owner: UserID?
  var projects: ProjectSelection?
  /// Among whose it counts that they made.
  var maker: UserID?
  /// Revoked tokens are found, and do not count among their owner's.
  var isLive: Bool
}

extension Ledger {
  /// As the current credential says.
  func placing(of number: CredentialNumber) -> Placing {
    let facts = shared.slab.line(number).facts
    let maker = maker(of: number)
    return shared.access.withAccess(facts.access) {
      Placing(
        owner: $0.key.owner, projects: $0.key.projects, maker: maker, isLive: !facts.isRevoked)
    }
  }

  /// The user who made a CLIENT or FRONTEND token.
  func maker(of number: CredentialNumber) -> UserID? {
    guard shared.slab.line(number).facts.kind.isBoundToEnvironment,
      let details = shared.details.details(number),
      case .user(let maker, _) = actors[details.createdBy]
    else { return nil }
    return maker
  }

  mutating func countMade(by maker: UserID?, _ step: Int) {
    guard let maker, step != 0 else { return }
    let number = owners.change(maker) { owner in
      owner.madeTokens += step
      return owner.number
    }
    // Somebody of this id may have no rights yet, or none any more.
    shared.users.grow(toInclude: number)
  }

  /// Files the token under what its record names.
  mutating func index(
    _ record: TokenRecord, _ number: CredentialNumber, replacing old: Placing?
  ) {
    let id = record.id
    let new = Placing(
      owner: record.owner, projects: record.projects, maker: record.maker,
      isLive: record.revocation == nil)
    countMade(by: new.maker, new.isLive ? 1 : 0)
    if let old { countMade(by: old.maker, old.isLive ? -1 : 0) }
    var counted = old?.isLive == true
    if let old, old.owner != new.owner || old.projects != new.projects {
      unindex(id, old)
      counted = false
    }
    if let owner = new.owner {
      owners.change(owner) {
        $0.tokens.put(number, key: id) { [shared] in shared.slab.line($0).id }
        $0.liveTokens += (new.isLive ? 1 : 0) - (counted ? 1 : 0)
      }
    }
    switch new.projects {
    case .one(let project): file(number, id, under: project)
    case .list(let projects): for project in projects { file(number, id, under: project) }
    case .all: tokensOfAllProjects.put(number, key: id) { shared.slab.line($0).id }
    case nil: return
    }
  }

  private mutating func file(
    _ number: CredentialNumber, _ id: TokenID, under project: ProjectID
  ) {
    tokensOfProject[project, default: CreationOrder()].put(number, key: id) {
      shared.slab.line($0).id
    }
  }

  mutating func unindex(_ id: TokenID, _ placing: Placing) {
    if let owner = placing.owner {
      owners.change(owner) {
        $0.tokens.remove(key: id) { [shared] in shared.slab.line($0).id }
        if placing.isLive { $0.liveTokens -= 1 }
      }
    }
    switch placing.projects {
    case .one(let project): unfile(id, from: project)
    case .list(let projects): for project in projects { unfile(id, from: project) }
    case .all: tokensOfAllProjects.remove(key: id) { shared.slab.line($0).id }
    case nil: return
    }
  }

  private mutating func unfile(_ id: TokenID, from project: ProjectID) {
    tokensOfProject[project]?.remove(key: id) { shared.slab.line($0).id }
    if tokensOfProject[project]?.count == 0 { tokensOfProject[project] = nil }
  }
}

extension TokenRecord {
  /// The user who made it, of CLIENT and FRONTEND tokens: PERSONAL ones count among their owner's.
  var maker: UserID? {
    guard kind.isBoundToEnvironment, case .user(let maker, _) = createdBy else { return nil }
    return maker
  }
}
