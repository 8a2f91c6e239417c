import TesseraModel

/// The tokens that go with what a command removes, as the batch leaves them: found before it is
/// decided, a slice at a time, so that nobody waits for the ledger's lock longer than a slice takes.
/// What is found stays true: who decides is the only one who changes anything.
extension Engine {
  /// In order of creation; none where the command removes nothing, or is going to be refused.
  func tokensGoing(
    with command: Command, by caller: Caller, in batch: Batch
  ) -> [TokenID] {
    guard let owning = ledger.withLock({ $0.removed(by: command, of: caller, in: batch) }) else {
      return []
    }
    var found: [TokenID] = []
    var last: TokenID?
    var isAtEnd = false
    while !isAtEnd {
      isAtEnd = ledger.withLock {
        $0.addTokens(of: owning, to: &found, after: &last, in: batch)
      }
    }
    let changed = batch.records.filter { $0.revocation == nil && owning.isAll(of: $0) }
    return changed.isEmpty ? found : (found + changed.map(\.id)).sorted()
  }
}

/// What tokens may be for alone.
private enum Owning {
  case project(ProjectID)
  case environment(EnvironmentID, EnvironmentNumber)
  case user(UserID)

  /// Whether nothing is left for the token to open without it.
  func isAll(of record: TokenRecord) -> Bool {
    switch self {
    case .project(let project): record.projects == .one(project)
    case .environment(let environment, _): record.environment == environment
    case .user(let user): record.owner == user
    }
  }
}

extension Ledger {
  /// What a command removes that tokens may be for alone; nil where it will be refused.
  fileprivate func removed(
    by command: Command, of caller: Caller, in batch: borrowing Batch
  ) -> Owning? {
    guard !batch.hasEnded(caller), let rights = shared.rights(of: caller, now: batch.now) else {
      return nil
    }
    do throws(Refusal) {
      switch command {
      case .removeEntry(let key):
        try checkRemovable(key, by: rights)
        return switch key {
        case .project(let project): .project(project)
        case .environment(let id): .environment(id, registry.number(of: id))
        case .method, .scopeSet, .role: nil
        }
      case .removeUser(let id): return .user(try changeable(id, by: rights).id)
      default: return nil
      }
    } catch {
      // The same is said when it is decided.
      return nil
    }
  }

  /// Looks at the next tokens, and says whether there are no more.
  fileprivate func addTokens(
    of owning: Owning, to found: inout [TokenID], after last: inout TokenID?,
    in batch: borrowing Batch
  ) -> Bool {
    let walk: TokenWalk =
      switch owning {
      case .project(let project): .some(TokenSources(projects: [project]))
      case .environment: .all
      case .user(let user): .some(TokenSources(owner: user))
      }
    let numbers = numbers(walk, after: last, limit: Limits.searchSlice)
    for number in numbers {
      let id = id(of: number)
      last = id
      let facts = shared.slab.line(number).facts
      if facts.isRevoked || batch.holds(id) { continue }
      switch owning {
      case .project(let project) where !isForOnly(project, number): continue
      case .environment(_, let gone) where facts.environment != gone: continue
      default: found.append(id)
      }
    }
    return numbers.count < Limits.searchSlice
  }
}
