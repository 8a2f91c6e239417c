import TesseraClient

/// What is shown in lists: as a row of a table, or as an object.
protocol Listed {
  static var columns: [String] { get }
  var row: [String] { get }
  var json: JSON { get }
}

/// Writes what a list holds as its pages come: a table, or JSON. Of nothing, a table is words for
/// whoever reads it, and no data.
struct ListWriter<Item: Listed> {
  /// How JSON holds many.
  enum Form {
    /// One array.
    case array
    /// An object on each line: for a list that may have no end.
    case lines
  }

  private let format: OutputFormat
  private let form: Form
  private let noun: String
  private var table = Table(Item.columns)
  private var count = 0

  /// - Parameter noun: what they are: `tokens`.
  init(_ format: OutputFormat, of noun: String, form: Form = .array) {
    self.format = format
    self.form = form
    self.noun = noun
  }

  mutating func write(_ items: ArraySlice<Item>) {
    switch format {
    case .table:
      if !items.isEmpty { table.lines(items.map(\.row)).forEach(Terminal.print) }
    case .json:
      for (index, item) in items.enumerated() {
        let separator = form == .lines ? "" : count + index == 0 ? "[" : ","
        Terminal.print(separator + item.json.text)
      }
    }
    count += items.count
  }

  func finish() {
    switch (format, form) {
    case (.table, _): if count == 0 { Terminal.say("No \(noun).") }
    case (.json, .array): Terminal.print(count == 0 ? "[]" : "]")
    case (.json, .lines): break
    }
  }
}

/// A request that is answered with a page of a list.
protocol PagedRequest: Sendable {
  var pageSize: UInt32 { get set }
  /// Where the page begins: empty at first, then what the page before came with.
  var pageToken: [UInt8] { get set }
}

extension ListRequest: PagedRequest {}
extension ListUsersRequest: PagedRequest {}
extension ListEntriesRequest: PagedRequest {}
extension ListEventsRequest: PagedRequest {}

/// How much of a list is shown.
struct Paging {
  /// nil is all.
  let limit: Int?

  /// Asks for page after page and gives each to `body`, no more items in all than the limit.
  func run<Request: PagedRequest, Item>(
    _ request: Request, _ ask: (Request) async throws -> Page<Item>,
    _ body: (ArraySlice<Item>) throws -> Void
  ) async throws {
    var request = request
    var left = limit ?? .max
    while left > 0 {
      request.pageSize = UInt32(min(left, Limits.pageSize))
      let page = try await ask(request)
      try body(page.elements.prefix(left))
      left -= min(left, page.elements.count)
      if page.isLast { return }
      request.pageToken = page.nextPageToken
    }
  }
}
