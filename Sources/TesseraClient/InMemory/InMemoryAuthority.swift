import TesseraModel
import TesseraSystem
import TesseraWire

/// A token authority in memory, for the tests of code that uses a ``TokenAuthority``.
///
/// It issues, imports, checks, changes, revokes and lists by the documented rules, and forgets
/// everything at its end.
///
/// What it does not do: it has one caller, who may do everything, as one with an ADMIN token, so
/// nothing is refused for want of rights. Users are whoever is named, without grants: a PERSONAL
/// token opens all that its own scopes do, until ``setUser(_:isDisabled:)`` stops it. The registry
/// is what it was made with, and methods and scope sets that a token names are not looked up.
/// Tokens are imported by value, not by SHA-256. There are no events and no limit of tokens for one
/// user, idempotency keys are kept for good, and nothing is purged.
public actor InMemoryAuthority: TokenAuthority {
  struct Held {
    var token: Token
    var value: Secret
    var valueLastUsedAt: Timestamp?
    /// The value before, for as long as it was asked to pass beside the new one.
    var previous: (value: Secret, validUntil: Timestamp, lastUsedAt: Timestamp?)?
  }

  let projects: Set<ProjectID>
  let environments: Set<EnvironmentID>
  let scopeSets: [ScopeSetName: Set<MethodName>]
  /// In order of creation.
  var held: [Held] = []
  var numbers: [Secret: Int] = [:]
  var keys: [String: (request: IssueRequest, number: Int)] = [:]
  var disabledUsers: Set<UserID> = []
  /// Whether a value without a checksum was imported.
  var holdsUnchecked = false
  var revision = Revision.zero
  private let startedAt: Timestamp
  private let clock: @Sendable () -> Timestamp
  private var advance = Duration.zero

  /// - Parameters:
  ///   - projects: those that exist; by default those of a new authority.
  ///   - environments: likewise.
  ///   - scopeSets: the named lists of methods. What CLIENT and FRONTEND tokens may do without
  ///     scopes of their own are the sets named `CLIENT` and `FRONTEND`.
  ///   - clock: the time; by default the machine's.
  public init(
    projects: Set<ProjectID> = [ProjectID(unchecked: "default")],
    environments: Set<EnvironmentID> = [
      EnvironmentID(unchecked: "development"), EnvironmentID(unchecked: "production"),
    ],
    scopeSets: [ScopeSetName: Set<MethodName>] = [:],
    clock: @escaping @Sendable () -> Timestamp = {
      Timestamp(microseconds: SystemClock.wallMicroseconds())
    }
  ) {
    self.projects = projects
    self.environments = environments
    self.scopeSets = scopeSets
    self.clock = clock
    startedAt = clock()
  }

  /// Sets the authority's clock forward, to see tokens expire.
  public func advance(by time: Duration) { advance += time }

  /// Stops a user's PERSONAL tokens, or lets them pass again: they are OWNER_INACTIVE meanwhile.
  public func setUser(_ user: UserID, isDisabled: Bool) {
    let isChanged =
      isDisabled ? disabledUsers.insert(user).inserted : disabledUsers.remove(user) != nil
    if isChanged { revision = revision.next }
  }

  var now: Timestamp { clock() + advance }

  public func token(_ id: TokenID) throws(TesseraError) -> Token {
    guard let held = held.first(where: { $0.token.id == id }) else {
      throw .refused(Refusal(.notFound, "there is no token \(id)", field: "id"))
    }
    return shown(held)
  }

  public func whoAmI() throws(TesseraError) -> Caller {
    var caller = Caller()
    caller.actor = InMemoryAuthority.caller
    caller.name = "in-memory"
    caller.isAdmin = true
    return caller
  }

  public func health() throws(TesseraError) -> HealthResponse {
    var health = HealthResponse()
    health.status = .serving
    health.version = SoftwareVersion.current
    health.revision = revision
    health.startedAt = startedAt
    health.tokens = UInt64(held.count)
    return health
  }

  public func list(_ request: ListRequest) throws(TesseraError) -> Page<Token> {
    let size = request.pageSize == 0 ? Limits.defaultPageSize : Int(request.pageSize)
    guard size <= Limits.pageSize else {
      throw .invalid("page_size", "a page has at most \(Limits.pageSize) tokens")
    }
    let start: Int
    if request.pageToken.isEmpty {
      start = 0
    } else {
      guard let number = Int(String(decoding: request.pageToken, as: UTF8.self)), number >= 0 else {
        throw .invalid("page_token", "the page token is not one of this list's")
      }
      start = number
    }
    let matches = sorted(held.map(shown).filter { fits($0, request) }, request.sort ?? .created)
    let end = min(start + size, matches.count)
    return Page(
      Array(matches[min(start, end)..<end]),
      nextPageToken: end < matches.count ? Array("\(end)".utf8) : [], revision: revision)
  }

  /// The token as it is now.
  func shown(_ held: Held) -> Token {
    var token = held.token
    if token.revocation != nil {
      token.state = .revoked
    } else if let end = token.expiresAt, now >= end {
      token.state = .expired
    } else {
      token.state = .active
      let end = held.previous.map { min($0.validUntil, token.expiresAt ?? .latest) }
      if let end, now < end {
        token.previousValidUntil = end
        token.previousLastUsedAt = held.previous?.lastUsedAt
      }
    }
    return token
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
    let text = request.text.lowercased()
    return text.isEmpty || token.name.lowercased().contains(text)
      || token.description.lowercased().contains(text)
  }

  private func sorted(_ tokens: [Token], _ sort: ListSort) -> [Token] {
    switch sort {
    case .created: tokens
    case .name: tokens.sorted { $0.name < $1.name }
    case .expires: tokens.sorted { ($0.expiresAt ?? .latest) < ($1.expiresAt ?? .latest) }
    case .lastUsed: tokens.sorted { ($0.lastUsedAt ?? .earliest) < ($1.lastUsedAt ?? .earliest) }
    }
  }
}

extension ProjectSelection {
  func includes(_ project: ProjectID) -> Bool {
    switch self {
    case .one(let one): one == project
    case .list(let list): list.contains(project)
    case .all: true
    }
  }
}

extension TesseraError {
  static func invalid(_ field: String, _ message: String) -> TesseraError {
    .refused(Refusal(.invalidArgument, message, field: field))
  }
}
