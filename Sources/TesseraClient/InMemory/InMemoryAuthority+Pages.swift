import TesseraModel
import TesseraWire

/// A request that is answered with a page of a list.
protocol ListedInMemory: ContextualRequest {
  var pageSize: UInt32 { get set }
  var pageToken: [UInt8] { get set }
  var text: String { get }
}

extension ListRequest: ListedInMemory {}
extension ListUsersRequest: ListedInMemory {}
extension ListEntriesRequest: ListedInMemory {}
extension ListEventsRequest: ListedInMemory { var text: String { "" } }

extension ListedInMemory {
  /// What tells one list from another.
  private var list: String {
    var list = self
    list.pageToken = []
    list.pageSize = 0
    list.context = nil
    return TestValue.checksum(of: list.encoded)
  }

  /// How many are asked for, where it is not too many, and the text can be looked for.
  func checkedSize() throws(TesseraError) -> Int {
    guard pageSize <= Limits.pageSize else {
      throw .invalid("page_size", "a page has at most \(Limits.pageSize) of them")
    }
    guard text.utf8.count <= Limits.descriptionBytes else {
      throw .invalid("text", "the text has at most \(Limits.descriptionBytes) bytes")
    }
    return pageSize == 0 ? Limits.defaultPageSize : Int(pageSize)
  }

  /// The place that the page begins after; nil at the list's beginning.
  func startingPoint<Place>(_ read: (String) -> Place?) throws(TesseraError) -> Place? {
    if pageToken.isEmpty { return nil }
    let text = String(decoding: pageToken, as: UTF8.self)
    let prefix = list + " "
    guard text.hasPrefix(prefix), let place = read(String(text.dropFirst(prefix.count))) else {
      throw .invalid("page_token", "the page token is not one of a list with these filters")
    }
    return place
  }

  /// The page of what matches, each with its place, in order. A page token is the last place that
  /// was shown, so that it stays right while others come and go.
  func page<Element: Equatable & Sendable, Place: Comparable>(
    of matches: [(place: Place, element: Element)], revision: Revision,
    write: (Place) -> String, read: (String) -> Place?
  ) throws(TesseraError) -> Page<Element> {
    let size = try checkedSize()
    let start = try startingPoint(read)
    let rest = matches.filter { match in start.map { $0 < match.place } ?? true }
    let shown = rest.prefix(size)
    let next = shown.count < rest.count ? shown.last.map { "\(list) \(write($0.place))" } : nil
    return Page(
      shown.map(\.element), nextPageToken: next.map { Array($0.utf8) } ?? [], revision: revision)
  }
}
