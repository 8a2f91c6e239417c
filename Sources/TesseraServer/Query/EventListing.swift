import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// One ListEvents call in progress, the newest first: a plain value that looks at some events each time
/// it is advanced.
struct EventListing: SlicedList {
  /// How many events are looked at while the engine's lock is held.
  private static let slice = 512

  private let filter: EventFilter
  private let rights: CallerRights
  private let fingerprint: UInt64
  private var lookedAt: Revision?
  private var page: Page<ChangeEvent>

  init(_ request: ListEventsRequest, for rights: CallerRights) throws(Refusal) {
    self.rights = rights
    page = try Page(size: request.pageSize)
    var filter = EventFilter()
    filter.kinds = request.kinds
    filter.user = request.user
    filter.token = request.token
    filter.entry = request.entry
    filter.subjectUser = request.subjectUser
    filter.since = request.since
    filter.before = request.before
    self.filter = filter
    fingerprint = request.fingerprint
    if let position = try request.startingPoint() {
      guard let revision = Revision(position: position) else { throw .foreignPageToken }
      lookedAt = revision
    }
  }

  mutating func advance(_ engine: Engine) -> Result<any WireMessage, Refusal>? {
    let revision = engine.revision
    let slice = engine.events(
      before: lookedAt, examining: EventListing.slice, limit: page.wanted, filter: filter,
      for: rights)
    for found in slice.events {
      let event = ChangeEvent(found)
      guard page.add(event, bytes: event.encoded.count) else { break }
      lookedAt = event.revision
    }
    if !page.isFull {
      lookedAt = slice.last
      guard slice.isAtEnd else { return nil }
    }
    var response = ListEventsResponse()
    response.events = page.elements
    response.revision = revision
    if page.isFull, let lookedAt {
      response.nextPageToken = PageCursor(fingerprint, after: lookedAt.position).bytes
    }
    return .success(response)
  }
}

extension ListEventsRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }
}

extension PurgeRequest: PagedRequest {
  mutating func forgetPageSize() {}
}
