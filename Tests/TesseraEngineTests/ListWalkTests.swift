import TesseraModel
import Testing

@testable import TesseraEngine

/// What a list looks at: not everybody's tokens, where an index has those that it may show.
@Suite struct ListWalkTests {
  /// Of ada and of the project alpha, in order of creation.
  private struct Few {
    var own: [TokenID] = []
    var alphas: [TokenID] = []
  }

  /// A few tokens of ada's and of alpha's, among 5,000 of beta's.
  private func fill(_ authority: inout Authority) -> Few {
    var few = Few()
    for round in 0..<3 {
      few.own.append(authority.issue(.personal).id)
      var batch = authority.engine.makeBatch(now: authority.now)
      for _ in 0..<1_667 {
        let foreign = authority.makeIssue(.client) { $0.projects = .one(.beta) }
        _ = authority.engine.decide(.issue(foreign), by: authority.root, in: &batch)
      }
      authority.engine.apply(batch.entries)
      let projects: [ProjectSelection] = [.one(.alpha), .list([.alpha, .gamma]), .all]
      few.alphas.append(authority.issue(.client) { $0.projects = projects[round] }.id)
    }
    return few
  }

  /// The first slice of a list.
  private func first(
    _ authority: borrowing Authority, for caller: Caller,
    _ change: (inout TokenFilter) -> Void = { _ in }
  ) -> (ids: [TokenID], isAtEnd: Bool) {
    guard let rights = authority.rights(caller) else { return ([], false) }
    var filter = TokenFilter()
    change(&filter)
    let slice = authority.engine.list(
      after: nil, examining: Limits.listSlice, limit: 1_000, filter, for: rights,
      now: authority.now)
    return (slice.records.map(\.id), slice.isAtEnd)
  }

  @Test func `a list by owner or by project is at its end with the first slice`() {
    var authority = Authority()
    let few = fill(&authority)
    let unfiltered = first(authority, for: authority.root)
    #expect(!unfiltered.isAtEnd, "without a filter there is more")
    let byOwner = first(authority, for: authority.root) { $0.owner = .ada }
    #expect(byOwner == (few.own, true))
    let byProject = first(authority, for: authority.root) { $0.project = .alpha }
    #expect(byProject == (few.alphas, true))
  }

  @Test func `users of few projects who list all they see walk over nobody else's`() {
    var authority = Authority()
    let few = fill(&authority)
    for (grants, seen) in [
      ([], few.own),
      ([Grant(.project(.alpha))], few.own + few.alphas),
      ([Grant(.project(.alpha)), Grant(.project(.gamma))], few.own + few.alphas),
      ([Grant(.project(.gamma)), Grant(.global)], few.own + few.alphas.dropFirst()),
      ([Grant(.project(.alpha), hidesTokens: true)], few.own),
    ] as [([Grant], [TokenID])] {
      authority.put(.ada, grants) { $0.password = .sample(1) }
      let slice = first(authority, for: authority.signedIn(.ada))
      #expect(slice == (seen.sorted(), true))
    }
    authority.put(.ada, [Grant(.allProjects)]) { $0.password = .sample(1) }
    let all = first(authority, for: authority.signedIn(.ada))
    #expect(!all.isAtEnd, "who sees every project looks at every token")
  }

  @Test func `who reads no tokens finds itself and looks no further`() {
    var authority = Authority()
    _ = fill(&authority)
    let own = authority.issue(.client)
    let slice = first(authority, for: authority.authenticate(own))
    #expect(slice == ([own.id], true))
    let rest = first(authority, for: authority.authenticate(own)) { $0.kinds = KindSet(.frontend) }
    #expect(rest == ([], true))
  }
}
