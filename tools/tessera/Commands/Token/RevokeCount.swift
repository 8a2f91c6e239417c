import TesseraClient

/// How many tokens a filter is about to revoke, as far as a list tells.
struct RevokeCount {
  /// Beyond it nobody counts: a filter revokes no more.
  static let limit = Limits.tokensPerRevoke

  /// nil where the caller may not list them.
  private(set) var count: Int? = 0

  init(_ filter: RevokeFilter, _ session: Session) async throws {
    do {
      let caller = try await session.call { try await $0.whoAmI() }.actor?.tokenID
      try await Paging(limit: nil).run(filter.listRequest) { asked in
        var page = try await session.call { try await $0.list(asked) }
        if (count ?? 0) > RevokeCount.limit { page.nextPageToken = [] }
        return page
      } _: {
        count? += $0.count { filter.revokes($0) && $0.id != caller }
      }
    } catch TesseraError.refused(let refusal) where refusal.code == .permissionDenied {
      count = nil
    }
  }

  /// `1 token`, `12 tokens`.
  var words: String {
    switch count {
    case nil: "every token that the filters fit"
    case 1: "1 token"
    case let count? where count > RevokeCount.limit: "more than \(RevokeCount.limit) tokens"
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
