import Testing
import TesseraModel
import TesseraWire

/// Everything that an authority tells its administrator over the RPC port.
struct WholeState {
  var revision: Revision
  var tokens: [Token] = []
  var users: [User] = []
  var entries: [RegistryEntry] = []
  var events: [ChangeEvent] = []
  var verdicts: [ValidateResponse] = []

  /// - Parameter values: which are asked about, by values whose tokens the state holds.
  init(_ admin: TestClient, asking values: [Secret] = []) throws {
    revision = try admin.call(HealthRequest()).revision
    tokens = try WholeState.pages { page in
      var request = ListRequest()
      request.pageSize = 7
      request.pageToken = page
      let answer = try admin.call(request)
      return (answer.tokens, answer.nextPageToken)
    }
    users = try WholeState.pages { page in
      var request = ListUsersRequest()
      request.pageSize = 2
      request.pageToken = page
      let answer = try admin.call(request)
      return (answer.users, answer.nextPageToken)
    }
    for type in RegistryType.allCases {
      entries += try WholeState.pages { page in
        var request = ListEntriesRequest(type)
        request.pageSize = 3
        request.pageToken = page
        let answer = try admin.call(request)
        return (answer.entries, answer.nextPageToken)
      }
    }
    events = try WholeState.pages { page in
      var request = ListEventsRequest()
      request.pageSize = 10
      request.pageToken = page
      let answer = try admin.call(request)
      return (answer.events, answer.nextPageToken)
    }
    verdicts = try admin.call(
      ValidateBatchRequest(
        values.map { value in
          var request = ValidateRequest(token: value)
          request.kinds = .all
          request.details = true
          return request
        })
    ).responses
  }

  private static func pages<Item>(_ page: ([UInt8]) throws -> ([Item], [UInt8])) throws -> [Item] {
    var items: [Item] = []
    var next: [UInt8] = []
    repeat {
      let (some, following) = try page(next)
      items += some
      next = following
    } while !next.isEmpty
    return items
  }

  /// Compares field by field, and names the record and the field that differ.
  func expectSame(as other: WholeState, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(revision == other.revision, sourceLocation: sourceLocation)
    WholeState.compare(tokens, other.tokens, "token", sourceLocation)
    WholeState.compare(users, other.users, "user", sourceLocation)
    WholeState.compare(entries, other.entries, "entry", sourceLocation)
    WholeState.compare(events, other.events, "event", sourceLocation)
    WholeState.compare(verdicts, other.verdicts, "verdict", sourceLocation)
  }

  private static func compare<Record: Equatable>(
    _ before: [Record], _ after: [Record], _ kind: String, _ sourceLocation: SourceLocation
  ) {
    #expect(before.count == after.count, "\(kind)s", sourceLocation: sourceLocation)
    for (index, (old, new)) in zip(before, after).enumerated() {
      let fields = zip(Mirror(reflecting: old).children, Mirror(reflecting: new).children)
      for (a, b) in fields {
        #expect(
          "\(a.value)" == "\(b.value)", "\(kind) \(index), \(a.label ?? "")",
          sourceLocation: sourceLocation)
      }
      #expect(old == new, "\(kind) \(index)", sourceLocation: sourceLocation)
    }
  }

  /// The same without what validations write: uses, and when the last was.
  var withoutUses: WholeState {
    var state = self
    for index in state.tokens.indices {
      state.tokens[index].uses = 0
      state.tokens[index].lastUsedAt = nil
      state.tokens[index].previousLastUsedAt = nil
    }
    return state
  }
}
