import TesseraClient
import Testing

/// How tokens are listed, asked of an authority over TLS and of the one that stands in for it.
@Suite struct ListContractTests {
  @Test(arguments: AnyAuthority.allCases)
  func `lists page on while tokens come and go`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      var ids: [TokenID] = []
      for number in 0..<7 {
        ids.append(
          try #require(try await authority.issue(IssueRequest.client("t\(number)")).token.id))
      }
      for sort in [nil, ListSort.name, .expires, .lastUsed] {
        var request = ListRequest()
        request.text = "T"
        request.states = [.active]
        request.kinds = KindSet(.client)
        request.sort = sort
        request.pageSize = 2
        let first = try await authority.list(request)
        #expect(first.elements.map(\.name) == ["t0", "t1"])
        let late = try await authority.issue(IssueRequest.client("t9")).token.id
        request.pageToken = first.nextPageToken
        request.pageSize = 100
        let rest = try await authority.list(request)
        #expect(rest.isLast)
        #expect(rest.elements.map(\.name) == ["t2", "t3", "t4", "t5", "t6", "t9"])
        // One that was shown goes; what follows is no other.
        _ = try await authority.revoke([ids[0], try #require(late)])
        request.pageSize = 3
        #expect(try await authority.list(request).elements.map(\.name) == ["t2", "t3", "t4"])
        var other = request
        other.text = "t1"
        let foreign = other
        #expect(
          try await refusal { _ = try await authority.list(foreign) }
            == "INVALID_ARGUMENT page_token")
        ids[0] = try #require(try await authority.issue(IssueRequest.client("t0")).token.id)
        guard sort != nil else {
          // In order of creation the new one is the last.
          _ = try await authority.revoke([ids[0]])
          return
        }
      }
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `lists refuse alike`(_ kind: AnyAuthority) async throws {
    let faults: [(String, (inout ListRequest) -> Void)] = [
      ("page_size", { $0.pageSize = 1001 }), ("page_token", { $0.pageToken = [1, 2, 3] }),
      ("text", { $0.text = String(repeating: "x", count: 1001) }),
      ("expiring_within", { $0.expiringWithin = .zero }), ("kinds", { $0.kinds = [] }),
      ("states", { $0.states = [] }),
    ]
    try await kind.with { authority in
      for (field, spoil) in faults {
        var request = ListRequest()
        spoil(&request)
        let asked = request
        let refused = try await refusal { _ = try await authority.list(asked) }
        #expect(refused == "INVALID_ARGUMENT \(field)")
      }
    }
  }
}
