import TesseraClient

/// What is shown in lists: as a row of a table, or as an object.
protocol Listed {
  static var columns: [String] { get }
  var row: [String] { get }
  var json: JSON { get }
}

/// Writes what a list holds as its pages come: a table, or one JSON array.
struct ListWriter<Item: Listed> {
  private let format: OutputFormat
  private var table = Table(Item.columns)
  private var count = 0

  init(_ format: OutputFormat) { self.format = format }

  mutating func write(_ items: ArraySlice<Item>) {
    switch format {
    case .table:
      if !items.isEmpty { table.lines(items.map(\.row)).forEach(Terminal.print) }
    case .json:
      for item in items {
        Terminal.print((count == 0 ? "[" : ",") + item.json.text)
        count += 1
      }
    }
  }

  func finish() {
    if format == .json { Terminal.print(count == 0 ? "[]" : "]") }
  }
}

/// How much of a list is shown.
struct Paging {
  /// nil is all.
  let limit: Int?

  /// Asks for page after page and gives each to `body`, no more items in all than the limit.
  ///
  /// - Parameter page: asks for a page of at most so many items, by the token that the page before
  ///   came with.
  func run<Item>(
    _ page: (_ size: UInt32, _ token: [UInt8]) async throws -> Page<Item>,
    _ body: (ArraySlice<Item>) throws -> Void
  ) async throws {
    var left = limit ?? .max
    var token: [UInt8] = []
    while left > 0 {
      let page = try await page(UInt32(min(left, Limits.pageSize)), token)
      try body(page.elements.prefix(left))
      left -= min(left, page.elements.count)
      if page.isLast { return }
      token = page.nextPageToken
    }
  }
}
