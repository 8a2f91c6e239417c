import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// One list of tokens in progress that is sorted by something else than creation: all that match
/// are found, up to a limit, then arranged.
struct SortedListing: SlicedList {
  private let tokens: ListedTokens
  private let sort: ListSort
  private let most: Int
  private let seal: PageSeal
  private let resumeAfter: Place?
  private var page: Page<Token>

  private var lookedAt: TokenID?
  private var found: [StoredToken] = []

  init(
    _ request: ListRequest, by sort: ListSort, atMost most: Int, _ key: PageKey, now: Timestamp
  ) throws(Refusal) {
    page = try Page(size: request.pageSize)
    tokens = try ListedTokens(request, now: now)
    self.sort = sort
    self.most = most
    seal = PageSeal(request, key)
    resumeAfter = try request.startingPoint(seal).map { position throws(Refusal) in
      guard let place = Place(position: position) else { throw .foreignPageToken }
      return place
    }
  }

  mutating func advance(
    _ engine: Engine, for rights: CallerRights
  ) -> Result<any WireMessage, Refusal>? {
    let revision = engine.revision
    let slice = tokens.slice(
      after: lookedAt, examining: Limits.listSlice, limit: .max, of: engine, for: rights)
    found += slice.elements
    lookedAt = slice.last
    guard found.count <= most else {
      return .failure(
        Refusal(
          .failedPrecondition,
          "more than \(most) tokens match; narrow the filter, or sort by creation",
          field: "sort"))
    }
    return slice.isAtEnd ? .success(answer(revision)) : nil
  }

  /// Sorts what matched, leaves out what earlier pages showed, and fills this one.
  private mutating func answer(_ revision: Revision) -> ListResponse {
    var places = found.map { (place: Place($0, sort), token: $0) }
    places.sort { $0.place < $1.place }
    var last = resumeAfter
    for (place, token) in places where last.map({ $0 < place }) ?? true {
      let shown = tokens.show(token)
      guard page.add(shown, bytes: ListedTokens.byteCount(shown)) else { break }
      last = place
    }
    var next: [UInt8] = []
    if page.isFull, let last { next = seal.token(after: last.position) }
    return ListedTokens.answer(page.elements, nextPageToken: next, revision: revision)
  }
}

extension SortedListing {
  /// Where a token stands in a sorted list: by what the sort compares, and by its id where that is
  /// the same.
  private struct Place: Comparable, PagePosition {
    let id: TokenID
    /// Bytes whose order is the sort's.
    let key: [UInt8]

    init(_ token: StoredToken, _ sort: ListSort) {
      id = token.record.id
      key =
        switch sort {
        case .created: []
        case .name: Array(token.record.name.utf8)
        // Never comes last of what ends, and first of what was used.
        case .expires: Place.key(token.record.expiresAt?.microseconds ?? .max)
        case .lastUsed: Place.key(token.usage.lastUsedAt?.microseconds ?? .min)
        }
    }

    init?(position: [UInt8]) {
      guard let id = TokenID(position: Array(position.prefix(TokenID.byteCount))) else {
        return nil
      }
      self.id = id
      key = Array(position.dropFirst(TokenID.byteCount))
    }

    var position: [UInt8] { id.position + key }

    /// The sign bit is turned, so that moments before 1970 come first.
    private static func key(_ microseconds: Int64) -> [UInt8] {
      var buffer = ByteBuffer(capacity: 8)
      buffer.append(bigEndian: UInt64(bitPattern: microseconds) ^ 1 << 63)
      return buffer.bytes.array
    }

    static func < (a: Place, b: Place) -> Bool {
      a.key == b.key ? a.id < b.id : a.key.lexicographicallyPrecedes(b.key)
    }
  }
}
