import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// Entries of one type in the registry, in order of their names.
struct ListedEntries: ListedInOrder {
  private let type: RegistryType
  private let text: String

  init(_ request: ListEntriesRequest, now: Timestamp) throws(Refusal) {
    guard let type = request.type else {
      throw Refusal(.invalidArgument, "say which type of entries", field: "type")
    }
    try requireSearchable(request.text)
    self.type = type
    text = request.text
  }

  func slice(
    after position: String?, examining: Int, limit: Int, of engine: Engine,
    for rights: CallerRights
  ) -> Slice<RegistryEntry, String> {
    engine.entries(
      type, after: position, examining: examining, limit: limit, text: text, for: rights)
  }

  func show(_ found: RegistryEntry) -> RegistryEntry { found }
  static func byteCount(_ shown: RegistryEntry) -> Int {
    GetEntryResponse(shown, revision: .zero).encoded.count
  }
  static func position(_ found: RegistryEntry) -> String { found.key.text }

  static func answer(
    _ page: [RegistryEntry], nextPageToken: [UInt8], revision: Revision
  ) -> ListEntriesResponse {
    var response = ListEntriesResponse()
    response.entries = page
    response.nextPageToken = nextPageToken
    response.revision = revision
    return response
  }
}

extension ListEntriesRequest: PagedRequest {
  mutating func forgetPageSize() { pageSize = 0 }
}
