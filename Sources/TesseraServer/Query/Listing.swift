import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// One List call in progress: a plain value that looks at some tokens each time it is advanced.
struct Listing: SlicedList {
  /// How many tokens are looked at while the engine's lock is held.
  private static let slice = 512
  /// What the tokens of a page take at most, so that the answer fits a frame.
  private static let pageBytes = Limits.frameLength - 4_096

  private let filter: TokenFilter
  private let rights: CallerRights
  private let sort: ListSort
  private let pageSize: Int
  private let now: Timestamp
  private let fingerprint: UInt64
  private let resumeAfter: PageToken?

  private var lookedAt: TokenID?
  private var found: [StoredToken] = []

  init(_ request: ListRequest, for rights: CallerRights, now: Timestamp) throws(Refusal) {
    self.rights = rights
    self.now = now
    sort = request.sort ?? .created
    guard request.pageSize <= Limits.pageSize else {
      throw Refusal(
        .invalidArgument, "a page has at most \(Limits.pageSize) tokens", field: "page_size")
    }
    // Made lower case with every slice; and nothing that is longer can be part of a description.
    guard request.text.utf8.count <= Limits.descriptionBytes else {
      throw Refusal(
        .invalidArgument, "the text has at most \(Limits.descriptionBytes) bytes", field: "text")
    }
    pageSize = request.pageSize == 0 ? Limits.defaultPageSize : Int(request.pageSize)
    filter = try TokenFilter(request, now: now)
    fingerprint = PageToken.fingerprint(of: request)
    if request.pageToken.isEmpty {
      resumeAfter = nil
    } else {
      guard let token = PageToken(request.pageToken), token.fingerprint == fingerprint else {
        throw Refusal(
          .invalidArgument, "the page token is not one of a list with these filters and this sort",
          field: "page_token")
      }
      resumeAfter = token
    }
    if sort == .created { lookedAt = resumeAfter?.id }
  }

  /// Looks at the next tokens; nil while there is more to look at.
  mutating func advance(_ engine: Engine) -> Result<any WireMessage, Refusal>? {
    let revision = engine.revision
    let wanted = sort == .created ? pageSize + 1 - found.count : .max
    let slice = engine.list(
      after: lookedAt, examining: Listing.slice, limit: wanted, filter, for: rights, now: now)
    found += slice.tokens
    lookedAt = slice.last
    if sort == .created {
      guard slice.isAtEnd || found.count > pageSize else { return nil }
    } else {
      guard found.count <= Limits.sortedMatches else {
        return .failure(
          Refusal(
            .failedPrecondition,
            "more than \(Limits.sortedMatches) tokens match; narrow the filter, or sort by creation",
            field: "sort"))
      }
      guard slice.isAtEnd else { return nil }
      arrange()
    }
    return .success(page(revision))
  }

  /// Sorts what matched and drops what earlier pages showed.
  private mutating func arrange() {
    let sort = sort
    found.sort { PageToken.order($0, sort) < PageToken.order($1, sort) }
    guard let last = resumeAfter else { return }
    found.removeAll { PageToken.order($0, sort) <= (Bytes(last.key), last.id) }
  }

  private func page(_ revision: Revision) -> ListResponse {
    var response = ListResponse()
    response.revision = revision
    var measure = ByteBuffer()
    for stored in found.prefix(pageSize) {
      let token = Token(stored.record, at: now, usage: stored.usage)
      token.append(to: &measure)
      // Each token's field has a tag and a length of up to four bytes.
      guard measure.count + 5 * (response.tokens.count + 1) <= Listing.pageBytes else { break }
      response.tokens.append(token)
    }
    if response.tokens.count < found.count, let last = found.prefix(response.tokens.count).last {
      response.nextPageToken =
        PageToken(fingerprint: fingerprint, id: last.record.id, key: PageToken.key(last, sort))
        .bytes
    }
    return response
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
