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
    authority.put(.ada, [Grant(.allProjects, hidesTokens: true)]) { $0.password = .sample(1) }
    let hidden = first(authority, for: authority.signedIn(.ada))
    #expect(hidden == (few.own, true), "nobody's tokens are to be seen but her own")
    authority.put(.ada, [Grant(.allProjects)]) { $0.password = .sample(1) }
    let all = first(authority, for: authority.signedIn(.ada))
    #expect(!all.isAtEnd, "who sees every project looks at every token")
  }

  /// CLIENT tokens, in one batch.
  private func issue(
    _ selections: [ProjectSelection], _ authority: inout Authority
  ) -> [TokenID] {
    var batch = authority.engine.makeBatch(now: authority.now)
    let ids = selections.compactMap { projects in
      let command = authority.makeIssue(.client) { $0.projects = projects }
      return authority.engine.decide(.issue(command), by: authority.root, in: &batch).record?.id
    }
    authority.engine.apply(batch.entries)
    return ids
  }

  /// So many that a slice weighs whether to find its place in each; and alpha.
  private func makeSmallProjects(
    _ authority: inout Authority, count: Int = 60
  ) -> [ProjectID] {
    let small = (0..<count).map { ProjectID(unchecked: "small-\($0)") }
    for project in small { authority.put(.project(.init(project))) }
    return small + [.alpha]
  }

  @Test func `users and services of many projects walk over nobody else's`() {
    var authority = Authority()
    let few = fill(&authority)
    let projects = makeSmallProjects(&authority)
    let seen =
      few.alphas
      + issue(
        projects.dropLast().flatMap { [.one($0), .list([$0, .alpha])] }, &authority)
    authority.put(.bob, projects.map { Grant(.project($0)) }) { $0.password = .sample(1) }
    let byUser = first(authority, for: authority.signedIn(.bob))
    #expect(byUser == (seen, true))
    let service = authority.issue(.service) {
      $0.permissions = [
        PermissionGrant(.tokensRead, projects: Array(projects.prefix(40))),
        PermissionGrant(.tokensRead, projects: Array(projects.suffix(21))),
      ]
    }
    let caller = authority.authenticate(service)
    let byService = first(authority, for: caller)
    #expect(byService == (seen + [service.id], true))
  }

  @Test func `a filter for what the caller does not see looks at nothing`() {
    var authority = Authority()
    let few = fill(&authority)
    authority.put(.bob, [Grant(.project(.alpha))]) { $0.password = .sample(1) }
    let callers = [
      authority.signedIn(.bob),
      authority.service([PermissionGrant(.tokensRead, projects: [.alpha])]),
    ]
    for caller in callers {
      let foreign = first(authority, for: caller) { $0.project = .beta }
      #expect(foreign == ([few.alphas[2]], true), "the one for all projects")
      let others = first(authority, for: caller) { $0.owner = .ada }
      #expect(others == ([], true))
    }
    authority.put(.ada, [Grant(.allProjects)]) { $0.password = .sample(1) }
    let own = first(authority, for: authority.signedIn(.ada)) { $0.kinds = KindSet(.personal) }
    #expect(own == (few.own, true))
  }

  @Test func `where the projects are most of all there is, all are walked over`() {
    var authority = Authority()
    _ = fill(&authority)
    let projects = makeSmallProjects(&authority, count: 100) + [.beta]
    _ = issue(projects.prefix(100).map { .one($0) }, &authority)
    authority.put(.bob, projects.map { Grant(.project($0)) }) { $0.password = .sample(1) }
    let slice = first(authority, for: authority.signedIn(.bob))
    #expect(slice.ids.count < Limits.listSlice && !slice.isAtEnd, "ada's are passed over")
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
