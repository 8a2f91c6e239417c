import TesseraModel
import Testing

@testable import TesseraEngine

/// Lists and revocations by owner and project, which look at the tokens that an index has.
@Suite struct IndexTests {
  private func fill(_ authority: inout Authority, _ generator: inout SeededGenerator) {
    authority.put(.bob)
    for _ in 0..<120 {
      let choice = Int.random(in: 0..<6, using: &generator)
      let owner: UserID = generator.chance(50) ? .ada : .bob
      _ = authority.issue(choice == 0 ? .personal : choice == 1 ? .frontend : .client) {
        if choice == 0 { $0.owner = owner }
        if choice == 1 { $0.projects = .all }
        if choice == 2 { $0.projects = .list([.alpha, .beta]) }
        if choice == 3 { $0.projects = .one(.beta) }
      }
    }
  }

  /// The ids in pages, of records that a plain walk finds too.
  private func paged(_ authority: borrowing Authority, _ filter: TokenFilter) -> [TokenID] {
    guard let rights = authority.rights(authority.root) else { return [] }
    var ids: [TokenID] = []
    var last: TokenID?
    while true {
      let slice = authority.engine.list(
        after: last, examining: 7, limit: 5, filter, for: rights, now: authority.now)
      ids += slice.elements.map(\.record.id)
      last = slice.last
      if slice.isAtEnd { return ids }
    }
  }

  @Test func `a list by owner or project shows what a walk over all tokens finds`() {
    var generator = SeededGenerator()
    var authority = Authority()
    fill(&authority, &generator)
    for round in 0..<3 {
      let all = authority.engine.records(after: nil, limit: .max).map(\.record)
      for owner in [UserID.ada, .bob, "nobody"] {
        var filter = TokenFilter()
        filter.owner = owner
        #expect(paged(authority, filter) == all.filter { $0.owner == owner }.map(\.id))
      }
      for project in [ProjectID.alpha, .beta, .gamma, .nowhere] {
        var filter = TokenFilter()
        filter.project = project
        let expected = all.filter { filter.matches($0, text: "", now: authority.now) }
        #expect(paged(authority, filter) == expected.map(\.id), "\(project)")
        filter.owner = .ada
        #expect(paged(authority, filter) == [])
      }
      // Then after changes of every kind.
      for record in all where record.kind != .admin && generator.chance(30) {
        if round == 0, case .list = record.projects {
          _ = authority.update(record.id) { $0.projects = [.gamma, .beta] }
        } else if generator.chance(50) {
          _ = authority.revoke([record.id])
        } else {
          authority.apply(.removeTokens([record.id]))
        }
      }
      if round == 1 { authority.remove(.project(.beta)) }
    }
  }

  @Test func `a filter by owner or project revokes what it means, and not what is for all`() {
    var authority = Authority()
    authority.put(.bob)
    let mine = authority.issue(.personal)
    let others = authority.issue(.personal) { $0.owner = .bob }
    let own = authority.issue(.client)
    let listed = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }
    let everywhere = authority.issue(.client) { $0.projects = .all }
    var filter = RevokeFilter()
    filter.owner = .ada
    _ = authority.run(.revoke(RevokeCommand(.found([], filter))))
    #expect(authority.held(mine)?.revocation != nil && authority.held(others)?.revocation == nil)
    filter = RevokeFilter()
    filter.project = .alpha
    _ = authority.run(.revoke(RevokeCommand(.found([], filter))))
    #expect(authority.held(own)?.revocation != nil && authority.held(listed)?.revocation != nil)
    #expect(authority.held(everywhere)?.revocation == nil)
    #expect(authority.engine.tokenCount(of: .ada) == 0)
    #expect(authority.engine.tokenCount(of: .bob) == 1)
  }
}
