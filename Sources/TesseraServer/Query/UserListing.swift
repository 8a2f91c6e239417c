import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// One ListUsers call in progress: a plain value that looks at some users each time it is advanced.
struct UserListing: SlicedList {
  /// How many users are looked at while the engine's lock is held.
  private static let slice = 512

  private let filter: UserFilter
  private let rights: CallerRights
  private let fingerprint: UInt64
  private var lookedAt: UserID?
  private var page: Page<User>

  init(_ request: ListUsersRequest, for rights: CallerRights) throws(Refusal) {
    self.rights = rights
    page = try Page(size: request.pageSize)
    try requireSearchable(request.text)
    var filter = UserFilter()
    filter.text = request.text
    filter.role = request.role
    filter.project = request.project
    self.filter = filter
    fingerprint = request.fingerprint
    if let position = try request.startingPoint() {
      lookedAt = UserID(unchecked: String(decoding: position, as: UTF8.self))
    }
  }

  mutating func advance(_ engine: Engine) -> Result<any WireMessage, Refusal>? {
    let revision = engine.revision
    let slice = engine.users(
      after: lookedAt, examining: UserListing.slice, limit: page.wanted, filter, for: rights)
    for found in slice.users {
      let user = User(found.record, tokens: UInt32(clamping: found.tokens))
      guard page.add(user, bytes: user.encoded.count) else { break }
      lookedAt = found.record.id
    }
    if !page.isFull {
      lookedAt = slice.last
      guard slice.isAtEnd else { return nil }
    }
    var response = ListUsersResponse()
    response.users = page.elements
    response.revision = revision
    if page.isFull, let lookedAt {
      response.nextPageToken = PageCursor(fingerprint, after: Array(lookedAt.text.utf8)).bytes
    }
    return .success(response)
  }
}

extension ListUsersRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }
}
