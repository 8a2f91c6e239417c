import TesseraModel

/// Which tokens a list shows. What is nil or empty does not narrow it.
public struct TokenFilter: Hashable, Sendable {
  public var kinds: KindSet = .all
  public var owner: UserID?
  /// Tokens that open this project: its own, lists that include it, and those for all.
  public var project: ProjectID?
  public var environment: EnvironmentID?
  public var states: Set<TokenState> = []
  /// Active tokens that end before this moment.
  public var expiresBefore: Timestamp?
  /// Tokens that were last used before this moment, or never.
  public var lastUsedBefore: Timestamp?
  /// Part of the name or the description, whatever the case.
  public var text = ""

  public init() {}

  /// - Parameter text: `self.text` in lower case, made once for many tokens.
  func matches(_ record: TokenRecord, text: String, now: Timestamp) -> Bool {
    guard kinds.contains(record.kind) else { return false }
    if let owner, record.owner != owner { return false }
    if let environment, record.environment != environment { return false }
    if let project {
      switch record.projects {
      case .one(project), .all: break
      case .list(let projects) where projects.contains(project): break
      default: return false
      }
    }
    let state = record.state(at: now)
    if !states.isEmpty, !states.contains(state) { return false }
    if let expiresBefore {
      guard state == .active, let end = record.expiresAt, end < expiresBefore else { return false }
    }
    return text.isEmpty || record.name.lowercased().contains(text)
      || record.description.lowercased().contains(text)
  }

  func matches(_ usage: TokenUsage) -> Bool {
    guard let lastUsedBefore, let last = usage.lastUsedAt else { return true }
    return last < lastUsedBefore
  }
}
