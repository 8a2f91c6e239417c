import TesseraModel
import TesseraSystem
import TesseraWire

/// A token authority in memory, for the tests of code that uses a ``TokenAuthority`` or an
/// ``AuthorityAdministration``.
///
/// It issues, imports, checks, changes, revokes, lists and purges tokens, and keeps users, the
/// registry and events, by the documented rules; and forgets everything at its end.
///
/// What it does not do: it has one caller, who may do everything, as one with an ADMIN token, so
/// nothing is refused for want of rights or of a password. Tokens are imported by value, not by
/// SHA-256. Nothing is purged unasked, events are kept for good, and there are as many entries and
/// users as a test wants.
public actor InMemoryAuthority: AuthorityAdministration {
  struct Held {
    var token: Token
    var value: Secret
    var valueLastUsedAt: Timestamp?
    /// The value before, for as long as it was asked to pass beside the new one.
    var previous: (value: Secret, validUntil: Timestamp, lastUsedAt: Timestamp?)?
  }

  var registry: [RegistryKey: RegistryEntry] = [:]
  /// As they are shown, but for the number of their tokens.
  var users: [UserID: User] = [:]
  /// In order of creation.
  var held: [Held] = []
  var numbers: [Secret: Int] = [:]
  var keys: [String: (request: IssueRequest, token: TokenID, keptUntil: Timestamp)] = [:]
  /// How many tokens were made, those that are gone among them.
  var made: UInt64 = 0
  /// Whether a value without a checksum was imported.
  var holdsUnchecked = false
  /// The oldest first; each is of the revision that it made. Beside it all its tokens, of which an
  /// event shows the first.
  private(set) var events: [(event: ChangeEvent, tokens: [TokenID])] = []
  private(set) var revision = Revision.zero
  private let startedAt: Timestamp
  private let clock: @Sendable () -> Timestamp
  private var advance = Duration.zero

  /// - Parameters:
  ///   - projects: those that exist; by default those of a new authority.
  ///   - environments: likewise.
  ///   - scopeSets: named lists of methods, beside those of a new authority or instead. What CLIENT
  ///     and FRONTEND tokens may do without scopes of their own are the sets named `CLIENT` and
  ///     `FRONTEND`. The methods exist by being named.
  ///   - administrators: users who exist and may do everything.
  ///   - clock: the time; by default the machine's.
  public init(
    projects: Set<ProjectID> = [ProjectID(unchecked: "default")],
    environments: Set<EnvironmentID> = [
      EnvironmentID(unchecked: "development"), EnvironmentID(unchecked: "production"),
    ],
    scopeSets: [ScopeSetName: Set<MethodName>] = [:],
    administrators: Set<UserID> = [],
    clock: @escaping @Sendable () -> Timestamp = {
      Timestamp(microseconds: SystemClock.wallMicroseconds())
    }
  ) {
    self.clock = clock
    startedAt = clock()
    var entries = NewRegistry.methodsAndSets
    for project in projects { entries.append(.project(.init(project))) }
    for environment in environments { entries.append(.environment(.init(environment))) }
    for (name, methods) in scopeSets {
      for method in methods { entries.append(.method(.init(method))) }
      entries.append(.scopeSet(.init(name, methods: methods.sorted())))
    }
    for entry in entries { registry[entry.key] = entry }
    for id in administrators {
      var user = User()
      user.id = id
      user.isAdmin = true
      user.createdAt = startedAt
      user.createdBy = InMemoryAuthority.caller
      user.version = 1
      users[id] = user
    }
  }

  /// Sets the authority's clock forward, to see tokens expire.
  public func advance(by time: Duration) { advance += time }

  var now: Timestamp { clock() + advance }

  /// Something was changed: there is an event of it.
  func note(
    _ kind: EventKind, _ changes: [FieldChange], tokens: [TokenID?] = [],
    entry: RegistryKey? = nil, user: UserID? = nil
  ) {
    revision = revision.next
    var event = ChangeEvent()
    event.revision = revision
    event.at = now
    event.actor = InMemoryAuthority.caller
    event.kind = kind
    let tokens = tokens.compactMap(\.self)
    event.tokens = Array(tokens.prefix(Limits.tokensPerEvent))
    event.tokenCount = UInt32(tokens.count)
    event.entry = entry
    event.user = user
    event.changes = changes
    events.append((event, tokens))
  }

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

  static func precondition(_ field: String, _ message: String) -> TesseraError {
    .refused(Refusal(.failedPrecondition, message, field: field))
  }

  /// For a change that was made for another version.
  static func stale(_ asked: UInt32, at version: UInt32) -> TesseraError {
    .refused(Refusal(.aborted, "it is at version \(version), not \(asked)", field: "if_version"))
  }
}
