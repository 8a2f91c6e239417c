import TesseraModel

/// One page of a list.
public struct Page<Element: Equatable & Sendable>: Equatable, Sendable {
  public var elements: [Element]
  /// What asks for the page after this one, as the request's `pageToken`; empty on the last.
  public var nextPageToken: [UInt8]
  public var revision: Revision

  public var isLast: Bool { nextPageToken.isEmpty }

  public init(_ elements: [Element], nextPageToken: [UInt8] = [], revision: Revision = .zero) {
    self.elements = elements
    self.nextPageToken = nextPageToken
    self.revision = revision
  }
}

/// The elements of a list, whose pages are asked for as they are needed.
public struct PagedSequence<Element: Equatable & Sendable>: AsyncSequence, Sendable {
  public typealias Failure = TesseraError
  typealias Ask = @Sendable (_ pageToken: [UInt8]) async throws(TesseraError) -> Page<Element>

  private let first: [UInt8]
  private let ask: Ask

  /// - Parameter first: what asks for the page to begin with; empty for the list's first.
  init(from first: [UInt8], _ ask: @escaping Ask) {
    self.first = first
    self.ask = ask
  }

  public func makeAsyncIterator() -> Iterator { Iterator(pageToken: first, ask: ask) }

  public struct Iterator: AsyncIteratorProtocol {
    /// nil after the last page.
    private var pageToken: [UInt8]?
    private var page: ArraySlice<Element> = []
    private let ask: Ask

    init(pageToken: [UInt8], ask: @escaping Ask) {
      self.pageToken = pageToken
      self.ask = ask
    }

    public mutating func next() async throws(TesseraError) -> Element? {
      try await next(isolation: #isolation)
    }

    public mutating func next(
      isolation actor: isolated (any _Concurrency.Actor)?
    ) async throws(TesseraError) -> Element? {
      // A page may be empty and not the last.
      while page.isEmpty, let asked = pageToken {
        let answer = try await ask(asked)
        page = answer.elements[...]
        pageToken = answer.isLast ? nil : answer.nextPageToken
      }
      return page.popFirst()
    }
  }
}
