import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func list(_ request: ListRequest) throws(TesseraError) -> Page<Token> {
    try check(request)
    let size = request.pageSize == 0 ? Limits.defaultPageSize : Int(request.pageSize)
    let sort = request.sort ?? .created
    let start = try ListPlace(request.pageToken, of: request)
    let matches = held.map(shown).filter { fits($0, request) }
      .map { (place: ListPlace($0, sort), token: $0) }
    guard sort == .created || matches.count <= Limits.sortedMatches else {
      throw .precondition("sort", "more than \(Limits.sortedMatches) tokens match")
    }
    let rest = matches.sorted { $0.place < $1.place }
      .drop { match in start.map { match.place <= $0 } ?? false }
    let page = rest.prefix(size)
    let next = page.count < rest.count ? page.last?.place.pageToken(of: request) : nil
    return Page(page.map(\.token), nextPageToken: next ?? [], revision: revision)
  }

  private func check(_ request: ListRequest) throws(TesseraError) {
    if request.kinds?.isEmpty == true { throw .empty("kinds") }
    if request.states?.isEmpty == true { throw .empty("states") }
    guard request.pageSize <= Limits.pageSize else {
      throw .invalid("page_size", "a page has at most \(Limits.pageSize) tokens")
    }
    guard request.text.utf8.count <= Limits.descriptionBytes else {
      throw .invalid("text", "the text has at most \(Limits.descriptionBytes) bytes")
    }
    if let within = request.expiringWithin {
      guard within > .zero, within <= Limits.lifetime else {
        throw .invalid("expiring_within", "say a time from now, of at most 400 years")
      }
    }
  }

  private func fits(_ token: Token, _ request: ListRequest) -> Bool {
    if let kinds = request.kinds, !(token.kind.map { kinds.contains($0) } ?? false) { return false }
    if let owner = request.owner, token.owner != owner { return false }
    if let project = request.project, !(token.projects?.includes(project) ?? false) { return false }
    if let environment = request.environment, token.environment != environment { return false }
    if let states = request.states, !(token.state.map { states.contains($0) } ?? false) {
      return false
    }
    if let within = request.expiringWithin {
      guard token.state == .active, let end = token.expiresAt, end < now + within else {
        return false
      }
    }
    if let moment = request.lastUsedBefore, let used = token.lastUsedAt, used >= moment {
      return false
    }
    let text = request.text.lowercased()
    return text.isEmpty || token.name.lowercased().contains(text)
      || token.description.lowercased().contains(text)
  }
}

/// Where a token stands in a list: by what the list is sorted by, then by id. A page token is the
/// last place that was shown, and of the list that it is one of: so it stays right while tokens
/// come and go, and is no other list's.
private struct ListPlace: Comparable {
  private let moment: Int64
  private let name: [UInt8]
  private let id: TokenID

  init(_ token: Token, _ sort: ListSort) {
    id = token.id ?? TokenID(high: 0, low: 0)
    name = sort == .name ? Array(token.name.utf8) : []
    // Never comes last of what ends, and first of what was used.
    moment =
      switch sort {
      case .created, .name: 0
      case .expires: token.expiresAt?.microseconds ?? .max
      case .lastUsed: token.lastUsedAt?.microseconds ?? .min
      }
  }

  /// nil at the list's beginning.
  init?(_ pageToken: [UInt8], of request: ListRequest) throws(TesseraError) {
    if pageToken.isEmpty { return nil }
    let parts = pageToken.split(
      separator: UInt8(ascii: " "), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].elementsEqual(ListPlace.list(of: request)),
      let id = TokenID(String(decoding: parts[1], as: UTF8.self)),
      let moment = Int64(String(decoding: parts[2], as: UTF8.self))
    else {
      throw .invalid(
        "page_token", "the page token is not one of a list with these filters and this sort")
    }
    self.id = id
    self.moment = moment
    name = Array(parts[3])
  }

  func pageToken(of request: ListRequest) -> [UInt8] {
    ListPlace.list(of: request) + Array(" \(id) \(moment) ".utf8) + name
  }

  /// What tells one list from another.
  private static func list(of request: ListRequest) -> [UInt8] {
    var list = request
    list.pageToken = []
    list.pageSize = 0
    list.context = nil
    return Array(TestValue.checksum(of: list.encoded).utf8)
  }

  static func < (a: ListPlace, b: ListPlace) -> Bool {
    if a.moment != b.moment { return a.moment < b.moment }
    if a.name != b.name { return a.name.lexicographicallyPrecedes(b.name) }
    return a.id < b.id
  }
}
