import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// Events, the newest first.
struct ListedEvents: ListedInOrder {
  private let filter: EventFilter
  private let now: Timestamp

  init(_ request: ListEventsRequest, now: Timestamp) throws(Refusal) {
    self.now = now
    var filter = EventFilter()
    filter.kinds = request.kinds
    filter.user = request.user
    filter.token = request.token
    filter.entry = request.entry
    filter.subjectUser = request.subjectUser
    filter.since = request.since
    filter.before = request.before
    self.filter = filter
  }

  func slice(
    after position: Revision?, examining: Int, limit: Int, of engine: Engine,
    for rights: CallerRights
  ) -> Slice<Event, Revision> {
    engine.events(
      before: position, examining: examining, limit: limit, filter: filter, for: rights,
      now: now)
  }

  func show(_ found: Event) -> ChangeEvent { ChangeEvent(found) }
  static func byteCount(_ shown: ChangeEvent) -> Int { shown.encoded.count }
  static func position(_ found: Event) -> Revision { found.revision }

  static func answer(
    _ page: [ChangeEvent], nextPageToken: [UInt8], revision: Revision
  ) -> ListEventsResponse {
    var response = ListEventsResponse()
    response.events = page
    response.nextPageToken = nextPageToken
    response.revision = revision
    return response
  }
}

extension ListEventsRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }
}
