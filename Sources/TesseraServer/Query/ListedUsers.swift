import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// Users in order of their ids.
struct ListedUsers: ListedInOrder {
  private let filter: UserFilter

  init(_ request: ListUsersRequest, now: Timestamp) throws(Refusal) {
    try requireSearchable(request.text)
    var filter = UserFilter()
    filter.text = request.text
    filter.role = request.role
    filter.project = request.project
    self.filter = filter
  }

  func slice(
    after position: UserID?, examining: Int, limit: Int, of engine: Engine,
    for rights: CallerRights
  ) -> Slice<StoredUser, UserID> {
    engine.users(after: position, examining: examining, limit: limit, filter, for: rights)
  }

  func show(_ found: StoredUser) -> User {
    User(found.record, tokens: UInt32(clamping: found.tokens))
  }
  static func byteCount(_ shown: User) -> Int { shown.encoded.count }
  static func position(_ found: StoredUser) -> UserID { found.record.id }

  static func answer(
    _ page: [User], nextPageToken: [UInt8], revision: Revision
  ) -> ListUsersResponse {
    var response = ListUsersResponse()
    response.users = page
    response.nextPageToken = nextPageToken
    response.revision = revision
    return response
  }
}

extension ListUsersRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }
}
