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
/// Tokens are imported by value, not by SHA-256. There are no events, and nothing is purged: it is
/// no ``AuthorityAdministration``.
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
  var keys: [String: (request: IssueRequest, number: Int, keptUntil: Timestamp)] = [:]
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
  ///   - scopeSets: the named lists of methods, likewise. What CLIENT and FRONTEND tokens may do
  ///     without scopes of their own are the sets named `CLIENT` and `FRONTEND`.
  ///   - clock: the time; by default the machine's.
  public init(
    projects: Set<ProjectID> = [ProjectID(unchecked: "default")],
    environments: Set<EnvironmentID> = [
      EnvironmentID(unchecked: "development"), EnvironmentID(unchecked: "production"),
    ],
    scopeSets: [ScopeSetName: Set<MethodName>] = [
      .client: ["features.read", "applications.register", "metrics.send"],
      .frontend: ["features.evaluate", "applications.register", "metrics.send"],
    ],
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

  static func empty(_ field: String) -> TesseraError {
    .invalid(field, "must not be empty where it is given")
  }
}
