import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func listEvents(_ request: ListEventsRequest) throws(TesseraError) -> Page<ChangeEvent> {
    if request.kinds?.isEmpty == true { throw .empty("kinds") }
    let matches = events.reversed().filter { fits($0.event, $0.tokens, request) }
      .map { (place: Newest(revision: $0.event.revision), element: $0.event) }
    return try request.page(
      of: matches, revision: revision, write: { String($0.revision.rawValue) },
      read: { UInt64($0).map { Newest(revision: Revision(rawValue: $0)) } })
  }

  /// Tokens go, and their events stay.
  public func purge(_ request: PurgeRequest) throws(TesseraError) -> PurgeReport {
    guard let endedBefore = request.endedBefore else {
      throw .invalid("ended_before", "say before which moment the tokens ended")
    }
    // What has not ended yet is not purged, whatever is asked.
    let moment = min(endedBefore, now)
    let ended = held.map(\.token).filter { token in
      token.expiresAt.map { $0 < moment } ?? false
        || token.revocation?.at.map { $0 < moment } ?? false
    }
    let gone = ended.prefix(Limits.tokensPerPurge).compactMap(\.id)
    forget(Set(gone))
    if !gone.isEmpty { note(.tokenPurged, [.purged(endedBefore: moment)], tokens: gone) }
    // What went is not found again, so that any page begins at the oldest that is left.
    let next = gone.count < ended.count ? gone.last.map { Array("\($0)".utf8) } : nil
    return PurgeReport(purged: gone.count, nextPageToken: next ?? [], revision: revision)
  }

  private func forget(_ ids: Set<TokenID>) {
    held.removeAll { $0.token.id.map(ids.contains) ?? false }
    numbers = [:]
    for (number, held) in held.enumerated() {
      numbers[held.value] = number
      if let previous = held.previous?.value { numbers[previous] = number }
    }
  }

  private func fits(
    _ event: ChangeEvent, _ tokens: [TokenID], _ request: ListEventsRequest
  ) -> Bool {
    if let kinds = request.kinds, !(event.kind.map(kinds.contains) ?? false) { return false }
    if let token = request.token, !tokens.contains(token) { return false }
    if let entry = request.entry, event.entry != entry { return false }
    if let user = request.subjectUser, event.user != user { return false }
    // Nobody acts here but the one caller, who is no user.
    guard request.user == nil, let at = event.at else { return false }
    if let since = request.since, at < since { return false }
    if let before = request.before, at >= before { return false }
    return true
  }
}

/// An event's place where the newest comes first.
private struct Newest: Comparable {
  let revision: Revision
  static func < (a: Newest, b: Newest) -> Bool { a.revision > b.revision }
}
