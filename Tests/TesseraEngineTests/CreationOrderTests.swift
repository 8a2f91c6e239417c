import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct CreationOrderTests {
  /// Each pattern of arrival, with removals between: the order is that of a sorted array.
  @Test(arguments: ["ascending", "descending", "random"]) func `it is a sorted array`(
    arrival: String
  ) {
    var generator = SeededGenerator()
    var order = CreationOrder()
    var ids: [TokenID] = []
    var model: [(id: TokenID, number: CredentialNumber)] = []
    func idOf(_ number: CredentialNumber) -> TokenID { ids[Int(number.rawValue)] }
    for step in 0..<9_000 {
      let place =
        switch arrival {
        case "ascending": UInt64(step)
        case "descending": UInt64(20_000 - step)
        default: UInt64.random(in: 0..<3_000, using: &generator)
        }
      let id = TokenID(high: place, low: 0)
      ids.append(id)
      let number = CredentialNumber(rawValue: UInt32(step))
      order.put(number, key: id, keyOf: idOf)
      let index = model.firstIndex { $0.id >= id } ?? model.count
      if index < model.count, model[index].id == id {
        model[index].number = number
      } else {
        model.insert((id, number), at: index)
      }
      if generator.chance(step % 3_000 > 2_000 ? 90 : 20), !model.isEmpty {
        let gone = model.remove(at: Int.random(in: 0..<model.count, using: &generator)).id
        order.remove(key: gone, keyOf: idOf)
        order.remove(key: gone, keyOf: idOf)
      }
      #expect(order.count == model.count)
      guard step % 97 == 0 else { continue }
      let all = order.elements(after: nil, limit: .max, keyOf: idOf)
      #expect(all == model.map(\.number))
      let after = TokenID(high: UInt64.random(in: 0..<21_000, using: &generator), low: 0)
      let some = order.elements(after: after, limit: 10, keyOf: idOf)
      #expect(some == model.filter { $0.id > after }.prefix(10).map(\.number))
    }
    let last = order.elements(
      after: TokenID(high: .max, low: .max), limit: 10, keyOf: idOf)
    #expect(last.isEmpty)
  }
}

@Suite struct MergeTests {
  @Test func `a merge is the sorted union, from wherever it begins`() {
    var generator = SeededGenerator()
    for count in [0, 1, 2, 3, 7, 40] {
      var orders = Array(repeating: SortedNames<Int>(), count: count)
      var union: Set<Int> = []
      for index in orders.indices {
        for _ in 0..<Int.random(in: 0...3_000 / count, using: &generator) {
          let name = Int.random(in: 0..<4_000, using: &generator)
          orders[index].insert(name)
          union.insert(name)
        }
      }
      let sorted = union.sorted()
      let places = (0..<50).map { _ in Int.random(in: 0..<4_000, using: &generator) }
      for after in [nil, -1, 4_000] + places {
        let limit = Int.random(in: 0...600, using: &generator)
        let merged = SortedNames.merged(orders, after: after, limit: limit) { $0 }
        #expect(merged == Array(sorted.filter { $0 > after ?? .min }.prefix(limit)))
      }
    }
  }
}

@Suite struct ListTests {
  private func page(
    _ authority: borrowing Authority, after id: TokenID? = nil,
    _ filter: TokenFilter = TokenFilter(),
    for caller: Caller? = nil, examining: Int = 1_000, limit: Int = 1_000
  ) -> Slice<StoredToken, TokenID> {
    let rights = authority.rights(caller ?? authority.root)!
    return authority.engine.list(
      after: id, examining: examining, limit: limit, filter, for: rights, now: authority.now)
  }

  @Test func `paging shows each token that stays exactly once, while others come and go`() {
    var generator = SeededGenerator()
    var authority = Authority()
    for _ in 0..<150 { _ = authority.issue(.client) }
    var staying = Set(page(authority).records.map(\.id))
    var shown: [TokenID] = []
    var cursor: TokenID?
    while true {
      let limit = Int.random(in: 1...7, using: &generator)
      let examining = Int.random(in: 1...9, using: &generator)
      let slice = page(authority, after: cursor, examining: examining, limit: limit)
      #expect(slice.records.count <= limit)
      shown += slice.records.map(\.id)
      cursor = slice.last
      if slice.isAtEnd { break }
      // One goes, anywhere, be it the one that the cursor names; and for a while new ones come.
      let gone = generator.chance(30) ? cursor : staying.randomElement(using: &generator)
      // The caller's own token stays: without it nobody could issue.
      if let gone, gone != TokenID(high: 1, low: 1) {
        authority.engine.remove(gone)
        staying.remove(gone)
      }
      if generator.chance(30), shown.count < 60 { staying.insert(authority.issue(.client).id) }
    }
    #expect(shown.count == Set(shown).count)
    #expect(shown == shown.sorted())
    #expect(staying.isSubset(of: shown))
  }

  @Test func `each filter narrows`() {
    var authority = Authority()
    let client = authority.issue(.client) {
      $0.name = "The Reader"
      $0.expiry = .after(.seconds(100))
    }.id
    let list = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }.id
    let all = authority.issue(.frontend) {
      $0.projects = .all
      $0.environment = .production
      $0.description = "For the web"
    }.id
    let personal = authority.issue(.personal).id
    let ended = authority.issue(.client) {
      $0.projects = .one(.gamma)
      $0.expiry = .after(.seconds(1))
    }.id
    let revoked = authority.issue(.client) { $0.projects = .one(.gamma) }.id
    _ = authority.revoke([revoked])
    authority.now = authority.now + .seconds(2)
    func found(_ change: (inout TokenFilter) -> Void) -> [TokenID] {
      var filter = TokenFilter()
      change(&filter)
      return page(authority, filter).records.map(\.id)
    }
    #expect(found { $0.kinds = KindSet(.frontend) } == [all])
    #expect(found { $0.owner = UserID("ada") } == [personal])
    #expect(found { $0.project = .beta } == [list, all])
    #expect(found { $0.environment = .production } == [all])
    #expect(found { $0.states = [.expired] } == [ended])
    #expect(found { $0.states = [.revoked, .expired] } == [ended, revoked])
    let soon = authority.now + .seconds(200)
    #expect(found { $0.expiresBefore = soon } == [client])
    #expect(found { $0.text = "READER" } == [client])
    #expect(found { $0.text = "the" } == [client, all])
  }

  @Test func `a limited caller sees what is within its limits, and no more of that`() {
    var authority = Authority()
    let alpha = authority.issue(.client).id
    let beta = authority.issue(.client) { $0.projects = .one(.beta) }.id
    let both = authority.issue(.client) { $0.projects = .list([.alpha, .beta]) }.id
    let all = authority.issue(.client) { $0.projects = .all }.id
    let front = authority.issue(.frontend) { $0.projects = .list([.alpha, .beta]) }.id
    let personal = authority.issue(.personal).id
    // Of CLIENT tokens it may read alpha's alone, of FRONTEND tokens beta's alone.
    let caller = authority.service([
      PermissionGrant(.tokensRead, kinds: KindSet(.client), projects: [.alpha]),
      PermissionGrant(.tokensRead, kinds: KindSet(.frontend), projects: [.beta]),
    ])
    let own = authority.rights(caller)!.tokenID!
    let seen = page(authority, for: caller).records
    #expect(seen.map(\.id) == [alpha, both, all, front, own])
    #expect(seen[1].projects == .list([.alpha]))
    #expect(seen[3].projects == .list([.beta]))
    var filter = TokenFilter()
    filter.project = .beta
    let probed = page(authority, filter, for: caller).records.map(\.id)
    #expect(probed == [all, front], "the filter does not tell what the list hides")
    let rights = authority.rights(caller)!
    let direct = [beta, personal].map { authority.engine.token($0, for: rights) }
    #expect(direct == [nil, nil])
    let token = authority.engine.token(both, for: rights)?.record
    #expect(token?.projects == .list([.alpha]))
  }

  @Test func `a PERSONAL caller sees its owner's tokens`() {
    var authority = Authority()
    let own = authority.issue(.personal)
    let same = authority.issue(.personal).id
    authority.put(.ada)
    authority.put(.bob)
    _ = authority.issue(.personal) { $0.owner = .bob }
    _ = authority.issue(.client)
    let caller = authority.authenticate(own)
    let seen = page(authority, for: caller).records.map(\.id)
    #expect(seen == [own.id, same])
  }
}
