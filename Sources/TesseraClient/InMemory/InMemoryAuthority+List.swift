import TesseraModel
import TesseraWire

extension InMemoryAuthority {
  public func list(_ request: ListRequest) throws(TesseraError) -> Page<Token> {
    if request.kinds?.isEmpty == true { throw .empty("kinds") }
    if request.states?.isEmpty == true { throw .empty("states") }
    _ = try request.checkedSize()
    if let within = request.expiringWithin {
      guard within > .zero, within <= Limits.lifetime else {
        throw .invalid("expiring_within", "say a time from now, of at most 400 years")
      }
    }
    let sort = request.sort ?? .created
    let matches = held.map(shown).filter { fits($0, request) }
      .map { (place: ListPlace($0, sort), element: $0) }
    guard sort == .created || matches.count <= Limits.sortedMatches else {
      throw .precondition("sort", "more than \(Limits.sortedMatches) tokens match")
    }
    return try request.page(
      of: matches.sorted { $0.place < $1.place }, revision: revision, write: \.text,
      read: { ListPlace($0) })
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
    return [token.name, token.description].hold(request.text)
  }
}

extension [String] {
  /// Whether one of them holds the text, whatever the case.
  func hold(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.isEmpty || contains { $0.lowercased().contains(text) }
  }
}

/// Where a token stands in a list: by what the list is sorted by, then by id.
private struct ListPlace: Comparable {
  private let moment: Int64
  private let name: String
  private let id: TokenID

  init(_ token: Token, _ sort: ListSort) {
    id = token.id ?? TokenID(high: 0, low: 0)
    name = sort == .name ? token.name : ""
    // Never comes last of what ends, and first of what was used.
    moment =
      switch sort {
      case .created, .name: 0
      case .expires: token.expiresAt?.microseconds ?? .max
      case .lastUsed: token.lastUsedAt?.microseconds ?? .min
      }
  }

  init?(_ text: String) {
    let parts = text.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, let id = TokenID(String(parts[0])), let moment = Int64(parts[1]) else {
      return nil
    }
    self.id = id
    self.moment = moment
    name = String(parts[2])
  }

  var text: String { "\(id) \(moment) \(name)" }

  static func < (a: ListPlace, b: ListPlace) -> Bool {
    if a.moment != b.moment { return a.moment < b.moment }
    if a.name != b.name { return a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
    return a.id < b.id
  }
}
