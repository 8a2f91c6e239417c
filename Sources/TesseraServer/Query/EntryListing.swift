import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// One ListEntries call in progress: a plain value that looks at some entries each time it is advanced.
struct EntryListing: SlicedList {
  /// How many entries are looked at while the engine's lock is held.
  private static let slice = 512

  private let type: RegistryType
  private let text: String
  private let rights: CallerRights
  private let fingerprint: UInt64
  /// By its name.
  private var lookedAt: String?
  private var page: Page<RegistryEntry>

  init(_ request: ListEntriesRequest, for rights: CallerRights) throws(Refusal) {
    guard let type = request.type else {
      throw Refusal(.invalidArgument, "say which type of entries", field: "type")
    }
    self.type = type
    self.rights = rights
    page = try Page(size: request.pageSize)
    try requireSearchable(request.text)
    text = request.text
    fingerprint = request.fingerprint
    if let position = try request.startingPoint() {
      lookedAt = String(decoding: position, as: UTF8.self)
    }
  }

  mutating func advance(_ engine: Engine) -> Result<any WireMessage, Refusal>? {
    let revision = engine.revision
    let slice = engine.entries(
      type, after: lookedAt, examining: EntryListing.slice, limit: page.wanted, text: text,
      for: rights)
    for entry in slice.entries {
      let size = GetEntryResponse(entry, revision: .zero).encoded.count
      guard page.add(entry, bytes: size) else { break }
      lookedAt = entry.key.text
    }
    if !page.isFull {
      lookedAt = slice.last
      guard slice.isAtEnd else { return nil }
    }
    var response = ListEntriesResponse()
    response.entries = page.elements
    response.revision = revision
    if page.isFull, let lookedAt {
      response.nextPageToken = PageCursor(fingerprint, after: Array(lookedAt.utf8)).bytes
    }
    return .success(response)
  }
}

extension ListEntriesRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }
}
