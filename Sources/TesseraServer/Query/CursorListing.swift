import TesseraEngine
import TesseraModel
import TesseraWire

/// Things that are listed in the one order they have, page by page.
protocol ListedInOrder: Sendable {
  associatedtype Request: PagedRequest
  /// As the engine gives it, and as the answer shows it.
  associatedtype Found: Sendable
  associatedtype Shown: Sendable
  associatedtype Position: PagePosition

  /// What narrows the list, from a request whose page was checked.
  ///
  /// - Parameter now: when it was asked for, as validations have it.
  init(_ request: Request, now: Timestamp) throws(Refusal)

  /// The next of them, after looking at `examining` at most.
  func slice(
    after position: Position?, examining: Int, limit: Int, of engine: Engine,
    for rights: CallerRights
  ) -> Slice<Found, Position>
  func show(_ found: Found) -> Shown
  static func byteCount(_ shown: Shown) -> Int
  static func position(_ found: Found) -> Position
  static func answer(
    _ page: [Shown], nextPageToken: [UInt8], revision: Revision
  ) -> Request.Response
}

/// One such list in progress: a plain value that looks at some things each time it is advanced.
struct CursorListing<Things: ListedInOrder>: SlicedList {
  private let things: Things
  private let seal: PageSeal
  private var lookedAt: Things.Position?
  /// The last of the page: what its token names, and never what was looked at and not shown.
  private var shown: Things.Position?
  private var page: Page<Things.Shown>

  init(_ request: Things.Request, _ key: PageKey, now: Timestamp) throws(Refusal) {
    page = try Page(size: request.pageSize)
    things = try Things(request, now: now)
    seal = PageSeal(request, key)
    if let position = try request.startingPoint(seal) {
      guard let position = Things.Position(position: position) else { throw .foreignPageToken }
      lookedAt = position
    }
  }

  mutating func advance(
    _ engine: Engine, for rights: CallerRights
  ) -> Result<any WireMessage, Refusal>? {
    let revision = engine.revision
    let slice = things.slice(
      after: lookedAt, examining: Limits.listSlice, limit: page.wanted, of: engine, for: rights)
    for found in slice.elements {
      let shown = things.show(found)
      guard page.add(shown, bytes: Things.byteCount(shown)) else { break }
      self.shown = Things.position(found)
    }
    if !page.isFull {
      lookedAt = slice.last
      guard slice.isAtEnd else { return nil }
    }
    var next: [UInt8] = []
    if page.isFull, let shown { next = seal.token(after: shown.position) }
    return .success(Things.answer(page.elements, nextPageToken: next, revision: revision))
  }
}
