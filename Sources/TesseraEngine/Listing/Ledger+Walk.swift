import TesseraModel

/// Which tokens must be looked at for a filter: all, or those that an index has.
enum TokenWalk {
  case all
  /// One, where there is one at all.
  case one(TokenID?)
  case owner(UserID)
  /// Those that name the project; and where `withAll`, those that are for all projects.
  case project(ProjectID, withAll: Bool)
  /// A user's own, those that name the projects, and those that are for all.
  case member(UserID, of: [ProjectID])

  /// More than so many indexes take longer to merge than it takes to look at every token.
  static let mergedProjects = 16

  init(owner: UserID?, project: ProjectID?, withAll: Bool) {
    self =
      if let owner { .owner(owner) } else if let project {
        .project(project, withAll: withAll)
      } else { .all }
  }
}

/// What a filter asks that one word of a token answers, without putting its record together.
struct FactsFilter {
  var kinds: KindSet?
  var owner: UserID?
  /// `unknown` where there is none of that name: no token is for that.
  var environment: EnvironmentNumber?
}

extension Ledger {
  func fits(_ number: CredentialNumber, _ filter: FactsFilter) -> Bool {
    let facts = shared.slab.line(number).facts
    if let kinds = filter.kinds, !kinds.contains(facts.kind) { return false }
    if let environment = filter.environment, facts.environment != environment { return false }
    guard let owner = filter.owner else { return true }
    return shared.access.withAccess(facts.access) { $0.key.owner == owner }
  }

  /// Up to `limit` tokens after `id`, from the first where it is nil, in order of creation.
  func numbers(_ walk: TokenWalk, after id: TokenID?, limit: Int) -> [CredentialNumber] {
    func numbers(_ order: CreationOrder?) -> [CredentialNumber] {
      order?.elements(after: id, limit: limit) { shared.slab.line($0).id } ?? []
    }
    return switch walk {
    case .all: numbers(order)
    case .one(let one):
      one.flatMap { one in
        id.map { $0 < one } ?? true ? credential(of: one) : nil
      }.map { [$0] } ?? []
    case .owner(let owner): numbers(owners[owner]?.tokens)
    case .project(let project, withAll: false): numbers(tokensOfProject[project])
    case .project(let project, withAll: true):
      merged(numbers(tokensOfProject[project]), numbers(tokensOfAllProjects), limit: limit)
    case .member(let user, let projects):
      projects.reduce(
        merged(numbers(owners[user]?.tokens), numbers(tokensOfAllProjects), limit: limit)
      ) { merged($0, numbers(tokensOfProject[$1]), limit: limit) }
    }
  }

  /// The first of both in order. A token that is in both, as one for a list of projects may be, is
  /// there once.
  private func merged(
    _ a: [CredentialNumber], _ b: [CredentialNumber], limit: Int
  ) -> [CredentialNumber] {
    if a.isEmpty { return b }
    if b.isEmpty { return a }
    var found: [CredentialNumber] = []
    var (inA, inB) = (0, 0)
    while found.count < limit, inA < a.count, inB < b.count {
      let (idInA, idInB) = (self.id(of: a[inA]), self.id(of: b[inB]))
      found.append(idInA <= idInB ? a[inA] : b[inB])
      if idInA <= idInB { inA += 1 }
      if idInB <= idInA { inB += 1 }
    }
    found += a[inA...].prefix(limit - found.count)
    found += b[inB...].prefix(limit - found.count)
    return found
  }
}
