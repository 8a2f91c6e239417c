import TesseraEngine
import TesseraModel

/// A Revoke by filter whose tokens are being looked for. The committer is given it when they are
/// found, so that no other change waits for the search.
struct RevocationSearch: Sendable {
  private var change: CommitRequest
  private let reason: String
  private var search: RevokeSearch

  /// nil where the change is not to be searched for.
  init?(_ change: CommitRequest) {
    guard change.needsSearch, case .revoke(let command) = change.command,
      case .found(_, let filter) = command.target
    else { return nil }
    self.change = change
    reason = command.reason
    search = RevokeSearch(filter)
  }

  /// Looks at the next tokens; the change as the committer is to decide it where there are no more.
  mutating func advance(_ engine: Engine, now: Timestamp) -> CommitRequest? {
    if engine.advance(&search, by: change.caller, now: now) { return nil }
    change.needsSearch = false
    change.command = .revoke(
      RevokeCommand(.found(search.found, search.filter), reason: reason))
    return change
  }
}

/// Where changes go: to the thread that finds what they are about first, or to the committer.
struct ChangeRoute: Sendable {
  let commits: WorkQueue<CommitWork>
  let queries: WorkQueue<QueryRequest>

  func put(_ change: CommitRequest) -> WorkAdmission {
    guard let search = RevocationSearch(change) else {
      return commits.put(.change(change), bytes: change.bytes)
    }
    return queries.put(
      QueryRequest(
        question: .search(search), caller: change.caller, deadline: change.deadline,
        reply: change.reply), bytes: change.bytes)
  }
}
