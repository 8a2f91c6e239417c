import TesseraModel

/// Which tokens must be looked at for a filter: all, or those that indexes have.
enum TokenWalk {
  case all
  case some(TokenSources)

  init(owner: UserID?, project: ProjectID?, withAll: Bool) {
    self =
      if let owner { .some(TokenSources(owner: owner)) } else if let project {
        .some(TokenSources(projects: [project], withAll: withAll))
      } else { .all }
  }
}

/// Whose tokens are looked at. One may be in several of these, as one for a list of projects is.
struct TokenSources {
  /// This one, where there is one at all.
  var one: TokenID?
  var owner: UserID?
  /// Tokens that name the projects.
  var projects: [ProjectID] = []
  /// Whether those that are for all projects are among them.
  var withAll = false

  /// As many projects as a slice looks for its place in: it does so while the ledger's lock is held.
  static let mostProjects = 1_024
}

extension Ledger {
  /// Where a list must look: at the owner's tokens or the project's where the filter names one,
  /// else at what the caller may see, where indexes have it. So who asks for all they see makes the
  /// authority walk over nobody else's.
  func walk(_ filter: TokenFilter, for rights: CallerRights) -> TokenWalk {
    if rights.seesItsOwnTokenAlone { return .some(TokenSources(one: rights.tokenID)) }
    if rights.isAdmin {
      return TokenWalk(owner: filter.owner, project: filter.project, withAll: true)
    }
    if let holder = rights.holder { return walk(filter, for: holder) }
    let projects = rights.access.grants.projects(of: .tokensRead)
    if let owner = filter.owner {
      // Who is limited to projects sees nobody's tokens but those of projects.
      return .some(TokenSources(owner: projects == nil ? owner : nil))
    }
    if let project = filter.project {
      let isSeen = projects?.contains(registry.number(of: project)) ?? true
      return .some(TokenSources(projects: isSeen ? [project] : [], withAll: true))
    }
    guard let projects, projects.count <= TokenSources.mostProjects else { return .all }
    return .some(TokenSources(one: rights.tokenID, projects: names(projects), withAll: true))
  }

  private func walk(_ filter: TokenFilter, for holder: UserRights) -> TokenWalk {
    if let owner = filter.owner {
      return .some(TokenSources(owner: owner == holder.id ? owner : nil))
    }
    let withAll = holder.readsTokensSomewhere
    if let project = filter.project {
      let isSeen = holder.readsTokens(in: registry.number(of: project))
      return .some(TokenSources(projects: isSeen ? [project] : [], withAll: withAll))
    }
    let own = TokenSources(owner: holder.id)
    if !filter.kinds.contains(.client), !filter.kinds.contains(.frontend) { return .some(own) }
    guard let projects = holder.projectsWithTokens(atMost: TokenSources.mostProjects) else {
      return .all
    }
    return .some(TokenSources(owner: holder.id, projects: names(projects), withAll: withAll))
  }

  private func names(_ projects: some Sequence<ProjectNumber>) -> [ProjectID] {
    projects.compactMap { registry.name(of: $0) }
  }

  /// Up to `limit` tokens after `id`, from the first where it is nil, in order of creation. Others
  /// may be among them where that is less work: who walks looks at each.
  func numbers(_ walk: TokenWalk, after id: TokenID?, limit: Int) -> [CredentialNumber] {
    if case .some(let sources) = walk {
      let orders = orders(sources)
      if isWorthMerging(orders, limit: limit) {
        return CreationOrder.merged(orders, after: id, limit: limit) { self.id(of: $0) }
      }
    }
    return order.elements(after: id, limit: limit) { self.id(of: $0) }
  }

  private func orders(_ sources: TokenSources) -> [CreationOrder] {
    var orders = sources.projects.compactMap { tokensOfProject[$0] }
    if sources.withAll { orders.append(tokensOfAllProjects) }
    if let owner = sources.owner.flatMap({ owners[$0]?.tokens }) { orders.append(owner) }
    if let one = sources.one, let number = credential(of: one) {
      var alone = CreationOrder()
      alone.put(number, key: one) { self.id(of: $0) }
      orders.append(alone)
    }
    return orders
  }

  /// A merge finds its place in each index, which takes about as long as to pass over eight tokens.
  /// A walk over all passes over the more tokens that are not meant, the fewer the indexes have.
  private func isWorthMerging(_ orders: [CreationOrder], limit: Int) -> Bool {
    let held = orders.reduce(0) { $0 + $1.count }
    return orders.count <= 16 || orders.count * held * 8 <= limit * tokenCount
  }
}

extension SortedBlocks {
  /// The next `limit` elements of several orders together, in order, each once.
  static func merged(
    _ orders: [SortedBlocks], after key: Key?, limit: Int, keyOf: (Element) -> Key
  ) -> [Element] {
    if orders.count == 1 { return orders[0].elements(after: key, limit: limit, keyOf: keyOf) }
    var merge = MergeHeap<Element, Key>()
    var cursors = orders.map { $0.cursor(after: key, keyOf: keyOf) }
    func push(_ index: Int) {
      guard let element = orders[index].next(&cursors[index]) else { return }
      merge.push(.init(key: keyOf(element), element: element, order: index))
    }
    for index in orders.indices { push(index) }
    var found: [Element] = []
    var last: Key?
    while found.count < limit, let head = merge.pop() {
      if head.key != last { found.append(head.element) }
      last = head.key
      push(head.order)
    }
    return found
  }
}

/// The next element of each of several orders, the least key first: a binary heap.
private struct MergeHeap<Element, Key: Comparable> {
  struct Head {
    let key: Key
    let element: Element
    let order: Int
  }

  private var heads: [Head] = []

  mutating func push(_ head: Head) {
    heads.append(head)
    var place = heads.count - 1
    while place > 0, heads[place].key < heads[(place - 1) / 2].key {
      heads.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  mutating func pop() -> Head? {
    guard let first = heads.first, let last = heads.popLast() else { return nil }
    guard !heads.isEmpty else { return first }
    heads[0] = last
    var place = 0
    while true {
      var least = place
      for child in 2 * place + 1...2 * place + 2
      where child < heads.count && heads[child].key < heads[least].key { least = child }
      if least == place { return first }
      heads.swapAt(place, least)
      place = least
    }
  }
}
