import TesseraClient

/// How many tokens a command is about to end or to forget, as far as a list tells.
struct TokenCount {
  /// Beyond it nobody counts: a filter revokes no more.
  static let limit = Limits.tokensPerRevoke

  /// nil where the caller may not list them.
  private(set) var count: Int? = 0

  private init(count: Int?) { self.count = count }

  /// Of a list, those that `isCounted` says.
  init(
    _ request: ListRequest, _ session: Session, where isCounted: (Token) -> Bool
  ) async throws {
    do {
      try await Paging(limit: nil).run(request) { asked in
        var page = try await session.call { try await $0.list(asked) }
        if (count ?? 0) > TokenCount.limit { page.nextPageToken = [] }
        return page
      } _: {
        count? += $0.count(where: isCounted)
      }
    } catch TesseraError.refused(let refusal) where refusal.code == .permissionDenied {
      count = nil
    }
  }

  /// What a filter revokes: all but the caller's own token.
  init(revokedBy filter: RevokeFilter, _ session: Session) async throws {
    let caller = try await session.call { try await $0.whoAmI() }.actor?.tokenID
    try await self.init(filter.listRequest, session) { filter.revokes($0) && $0.id != caller }
  }

  /// What a purge forgets: tokens of any kind, though the caller may read only some.
  init(endedBefore moment: Timestamp, _ session: Session) async throws {
    guard try await session.call({ try await $0.whoAmI() }).readsAll else {
      self.init(count: nil)
      return
    }
    var ended = ListRequest()
    ended.states = [.expired, .revoked]
    try await self.init(ended, session) { token in
      [token.expiresAt, token.revocation?.at].compactMap(\.self).contains { $0 < moment }
    }
  }

  /// `1 token`, `12 tokens`.
  ///
  /// - Parameter all: what is said where they cannot be counted.
  func words(all: String) -> String {
    switch count {
    case nil: all
    case 1: "1 token"
    case let count? where count > TokenCount.limit: "more than \(TokenCount.limit) tokens"
    case let count?: "\(count) tokens"
    }
  }
}

extension RevokeFilter {
  /// The list that holds what the filter fits, and some more.
  var listRequest: ListRequest {
    var request = ListRequest()
    request.kinds = kinds
    request.owner = owner
    request.project = project
    request.environment = environment
    request.states = [.active, .expired]
    return request
  }

  /// Whether the filter fits a token of that list: tokens for all projects are in it that the
  /// filter leaves alone, and any age.
  func revokes(_ token: Token) -> Bool {
    if project != nil, token.projects == .all { return false }
    guard let issuedBefore else { return true }
    return token.createdAt.map { $0 < issuedBefore } ?? false
  }
}

extension Caller {
  fileprivate var readsAll: Bool {
    isAdmin || permissions.contains(PermissionGrant(.tokensRead))
  }
}

extension ChangeActor {
  /// The token that was shown.
  var tokenID: TokenID? {
    switch self {
    case .token(let id): id
    case .user(_, let through): through
    case .certificate, .offline: nil
    }
  }
}
