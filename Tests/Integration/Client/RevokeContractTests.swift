import TesseraClient
import Testing

/// How tokens end, asked of an authority over TLS and of the one that stands in for it.
@Suite struct RevokeContractTests {
  private let shop: ProjectID = "default"

  @Test(arguments: AnyAuthority.allCases)
  func `a filter revokes what it means, and nothing else`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let one = try await authority.issue(IssueRequest.client("one"))
      var request = IssueRequest.client("listed")
      request.projects = .list([shop])
      let listed = try await authority.issue(request)
      request.projects = .all
      let all = try await authority.issue(request)
      let gone = try await authority.issue(IssueRequest.client("gone"))
      _ = try await authority.revoke(value: #require(gone.value))
      var filter = RevokeFilter()
      filter.project = shop
      let report = try await authority.revoke(matching: filter, reason: "moved")
      #expect(report.outcomes.map(\.result) == [.revoked, .revoked])
      #expect(Set(report.outcomes.map(\.id)) == [one.token.id, listed.token.id])
      #expect(try await authority.validate(#require(all.value)).isAllowed)
      #expect(
        try await authority.validate(#require(one.value), minRevision: report.revision).verdict
          == .revoked)
      #expect(try await authority.revoke(matching: filter).outcomes.isEmpty)
      filter.kinds = []
      let empty = filter
      #expect(
        try await refusal { _ = try await authority.revoke(matching: empty) }
          == "INVALID_ARGUMENT filter.kinds")
    }
  }

  @Test(arguments: AnyAuthority.allCases)
  func `each token that is named has its own outcome`(_ kind: AnyAuthority) async throws {
    try await kind.with { authority in
      let issued = try await authority.issue(IssueRequest.client())
      let id = try #require(issued.token.id)
      let nobody = TokenID(high: 1, low: 1)
      let report = try await authority.revoke([nobody, id, id], reason: "lost")
      #expect(report.outcomes.map(\.result) == [.notFound, .revoked, .alreadyRevoked])
      let again = try await authority.revoke(value: #require(issued.value))
      #expect(again.outcomes.map(\.result) == [.alreadyRevoked])
      #expect(try await authority.revoke(value: Secret("x")).outcomes.map(\.result) == [.notFound])
      let token = try await authority.token(id)
      #expect(token.state == .revoked && token.revocation?.reason == "lost")
      func refused(_ request: RevokeRequest) async throws -> String? {
        try await refusal { _ = try await authority.revoke(request) }
      }
      #expect(try await refused(RevokeRequest(.ids([]))) == "INVALID_ARGUMENT ids")
      #expect(
        try await refused(RevokeRequest(.filter(RevokeFilter()))) == "INVALID_ARGUMENT filter")
      #expect(try await refused(RevokeRequest()) == "INVALID_ARGUMENT target")
      let long = String(repeating: "x", count: 501)
      #expect(
        try await refused(RevokeRequest(.ids([id]), reason: long)) == "INVALID_ARGUMENT reason")
      #expect(
        try await refusal { _ = try await authority.token(nobody) } == "NOT_FOUND id")
    }
  }
}
