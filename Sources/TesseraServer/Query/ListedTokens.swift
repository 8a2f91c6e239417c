import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// Tokens in order of creation.
struct ListedTokens: ListedInOrder {
  let filter: TokenFilter
  let now: Timestamp

  init(_ request: ListRequest, now: Timestamp) throws(Refusal) {
    try requireSearchable(request.text)
    filter = try TokenFilter(request, now: now)
    self.now = now
  }

  func slice(
    after position: TokenID?, examining: Int, limit: Int, of engine: Engine,
    for rights: CallerRights
  ) -> Slice<StoredToken, TokenID> {
    engine.list(
      after: position, examining: examining, limit: limit, filter, for: rights, now: now)
  }

  func show(_ found: StoredToken) -> Token { Token(found.record, at: now, usage: found.usage) }
  static func byteCount(_ shown: Token) -> Int { shown.encoded.count }
  static func position(_ found: StoredToken) -> TokenID { found.record.id }

  static func answer(
    _ page: [Token], nextPageToken: [UInt8], revision: Revision
  ) -> ListResponse {
    var response = ListResponse()
    response.tokens = page
    response.nextPageToken = nextPageToken
    response.revision = revision
    return response
  }
}

extension ListRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }

  /// The list that the request asks for.
  ///
  /// - Parameter most: how many tokens are sorted by something else than creation.
  func listing(
    sorting most: Int, _ key: PageKey, now: Timestamp
  ) throws(Refusal) -> any SlicedList {
    switch sort ?? .created {
    case .created: try CursorListing<ListedTokens>(self, key, now: now)
    case let sort: try SortedListing(self, by: sort, atMost: most, key, now: now)
    }
  }
}

extension TokenFilter {
  fileprivate init(_ request: ListRequest, now: Timestamp) throws(Refusal) {
    self.init()
    kinds = request.kinds ?? .all
    owner = request.owner
    project = request.project
    environment = request.environment
    states = request.states ?? []
    lastUsedBefore = request.lastUsedBefore
    text = request.text
    guard let within = request.expiringWithin else { return }
    guard within > .zero, within <= .seconds(400 * 366 * 24 * 3600) else {
      throw Refusal(
        .invalidArgument, "say a time from now, of at most 400 years", field: "expiring_within")
    }
    expiresBefore = now + within
  }
}
