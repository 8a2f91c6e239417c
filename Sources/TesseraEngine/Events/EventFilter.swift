import TesseraModel

/// Which events are shown. What is nil does not narrow it.
public struct EventFilter: Hashable, Sendable {
  public var kinds: Set<EventKind>?
  /// Who acted, be it through a token.
  public var user: UserID?
  /// What was changed.
  public var token: TokenID?
  public var entry: RegistryKey?
  public var subjectUser: UserID?
  /// The moments between which it was, the first of them included.
  public var since: Timestamp?
  public var before: Timestamp?

  public init() {}
}

extension EventFilter {
  /// All but the moments, which are told by an event's place.
  func matches(_ event: PackedEvent, by actor: Actor) -> Bool {
    if let kinds, !kinds.contains(event.kind) { return false }
    if let user {
      guard case .user(user, _) = actor else { return false }
    }
    if let token {
      switch event.subject {
      case .token(token): break
      case .tokens(let ids) where ids.contains(token): break
      default: return false
      }
    }
    if let entry {
      guard case .entry(entry) = event.subject else { return false }
    }
    if let subjectUser {
      guard case .user(subjectUser) = event.subject else { return false }
    }
    return true
  }
}
