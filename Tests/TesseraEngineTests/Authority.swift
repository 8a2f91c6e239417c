import TesseraModel
import Testing

@testable import TesseraEngine

extension [RegistryEntry] {
  static let sample: [RegistryEntry] =
    [ProjectID.alpha, .beta, .gamma].map { .project(.init($0)) }
    + [EnvironmentID.development, .production].map { .environment(.init($0)) }
    + [MethodName.read, .write, .send].map { .method(.init($0)) }
    + [
      .scopeSet(.init("Readers", methods: [.read])), .scopeSet(.init("Nobody")),
      .scopeSet(.init(.client, methods: [.read])), .scopeSet(.init(.frontend, methods: [.send])),
    ]
}

extension UserID {
  static let ada: UserID = "ada"
  static let bob: UserID = "bob"
}

extension ProjectID {
  static let alpha = ProjectID(unchecked: "alpha")
  static let beta = ProjectID(unchecked: "beta")
  static let gamma = ProjectID(unchecked: "gamma")
  static let nowhere = ProjectID(unchecked: "nowhere")
}

extension EnvironmentID {
  static let development = EnvironmentID(unchecked: "development")
  static let production = EnvironmentID(unchecked: "production")
}

extension MethodName {
  static let read = MethodName(unchecked: "features.read")
  static let write = MethodName(unchecked: "features.write")
  static let send = MethodName(unchecked: "metrics.send")
}

extension Digest {
  /// One that is told from others by its number alone.
  static func sample(_ number: UInt64) -> Digest {
    Digest(number, number &* 3, ~number, number &* 0x9e37_79b9_7f4a_7c15)
  }
}

/// An engine with one ADMIN token, a user who may do everything in all projects, and a clock.
struct Authority: ~Copyable {
  let engine: Engine
  var now = Timestamp(microseconds: 1_800_000_000_000_000)
  let root: Caller
  private var values: UInt64 = 1

  init(hashKey: (UInt64, UInt64) = (1, 2)) {
    engine = Engine(hashKey: hashKey, registry: .sample)
    engine.restore(
      UserRecord(
        .ada, grants: [Grant(.allProjects, scopes: .all)], createdAt: now,
        createdBy: .offline("init")))
    let record = TokenRecord(
      id: TokenID(high: 1, low: 1), kind: .admin, name: "root", createdAt: now,
      createdBy: .offline("init"), credentials: Credentials(current: .sample(0)))
    engine.apply([
      JournalEntry(
        revision: Revision(rawValue: 1), at: now, actor: .offline("init"),
        kind: .tokenIssued, mutation: .putToken(record, idempotency: nil))
    ])
    let reader = engine.makeReader()
    reader.enter()
    guard case .success(let caller) = reader.authenticate(.sample(0), now: now) else {
      preconditionFailure("the first token authenticates")
    }
    root = caller
  }

  mutating func newDigest() -> Digest {
    values += 1
    return .sample(values)
  }

  mutating func makeIssue(
    _ kind: TokenKind, _ change: (inout IssueCommand) -> Void = { _ in }
  ) -> IssueCommand {
    var command = IssueCommand(kind: kind, digest: newDigest(), entropy: values)
    if kind.isBoundToEnvironment {
      command.projects = .one(.alpha)
      command.environment = .development
    }
    if kind == .personal { command.owner = .ada }
    if kind == .service { command.permissions = [PermissionGrant(.tokensValidate)] }
    change(&command)
    return command
  }

  /// Decides one command and applies what it changes.
  mutating func run(_ command: Command, by caller: Caller? = nil) -> Outcome {
    var batch = engine.makeBatch(now: now)
    let command = engine.searched(command, by: caller ?? root, now: now)
    let outcome = engine.decide(command, by: caller ?? root, in: &batch)
    engine.apply(batch.entries)
    engine.checkInvariants()
    return outcome
  }

  /// The record of a token that must be issued.
  mutating func issue(
    _ kind: TokenKind, by caller: Caller? = nil, _ change: (inout IssueCommand) -> Void = { _ in }
  ) -> TokenRecord {
    let outcome = run(.issue(makeIssue(kind, change)), by: caller)
    guard case .issued(let record, _, _) = outcome else { preconditionFailure("\(outcome)") }
    return record
  }

  mutating func update(
    _ id: TokenID, by caller: Caller? = nil, _ change: (inout UpdateCommand) -> Void = { _ in }
  ) -> Outcome {
    var command = UpdateCommand(id)
    change(&command)
    return run(.update(command), by: caller)
  }

  mutating func regenerate(
    _ id: TokenID, by caller: Caller? = nil,
    _ change: (inout RegenerateCommand) -> Void = { _ in }
  ) -> Outcome {
    var command = RegenerateCommand(id, digest: newDigest())
    change(&command)
    return run(.regenerate(command), by: caller)
  }

  mutating func revoke(_ ids: [TokenID], by caller: Caller? = nil) -> Outcome {
    run(.revoke(RevokeCommand(.tokens(ids), reason: "test")), by: caller)
  }

  /// A SERVICE token with these permissions, authenticated.
  mutating func service(_ permissions: [PermissionGrant]) -> Caller {
    let record = issue(.service) { $0.permissions = permissions }
    return authenticate(record)
  }

  func authenticate(_ record: TokenRecord) -> Caller {
    let reader = engine.makeReader()
    reader.enter()
    guard case .success(let caller) = reader.authenticate(record.credentials.current, now: now)
    else { preconditionFailure("does not authenticate") }
    return caller
  }

  func rights(_ caller: Caller) -> CallerRights? {
    let reader = engine.makeReader()
    reader.enter()
    return reader.rights(of: caller, now: now)
  }

  /// The verdict for a caller who may validate everything, or for this one.
  func verdict(_ digest: Digest, _ question: Question = Question(), for caller: Caller? = nil)
    -> Verdict
  {
    let reader = engine.makeReader()
    reader.enter()
    let rights = caller.map { reader.validationRights(of: $0, now: now) } ?? .unlimited
    return reader.validate(digest, question, for: rights, now: now).verdict
  }

  /// Applies mutations as they are, as recovery would.
  ///
  /// - Parameter isWhole: false where they name what is not there.
  mutating func apply(_ mutations: Mutation..., isWhole: Bool = true) {
    var revision = engine.revision
    engine.apply(
      mutations.map {
        revision = revision.next
        return JournalEntry(
          revision: revision, at: now, actor: root.actor, kind: .tokenIssued, mutation: $0)
      })
    engine.checkInvariants(isWhole: isWhole)
  }

  func number(_ project: ProjectID) -> ProjectNumber {
    let reader = engine.makeReader()
    reader.enter()
    return unsafe reader.project(Array(project.text.utf8).span.bytes)
  }
  func number(_ environment: EnvironmentID) -> EnvironmentNumber {
    let reader = engine.makeReader()
    reader.enter()
    return unsafe reader.environment(Array(environment.text.utf8).span.bytes)
  }
  func number(_ method: MethodName) -> ProductMethodNumber {
    let reader = engine.makeReader()
    reader.enter()
    return unsafe reader.method(Array(method.text.utf8).span.bytes)
  }
}

extension Outcome {
  var refusal: Refusal? { if case .refused(let refusal) = self { refusal } else { nil } }
  var record: TokenRecord? {
    switch self {
    case .issued(let record, _, _), .updated(let record, _), .regenerated(let record, _): record
    default: nil
    }
  }
  var warnings: [String]? {
    switch self {
    case .issued(_, let warnings, _), .updated(_, let warnings), .regenerated(_, let warnings):
      warnings
    default: nil
    }
  }
  var revocations: [RevokeResult]? {
    if case .revoked(let outcomes) = self { outcomes.map(\.result) } else { nil }
  }
}

extension Slice<StoredToken, TokenID> {
  var records: [TokenRecord] { elements.map(\.record) }
}

extension Engine {
  /// The command with what a search finds, where it has a filter and nothing was found yet.
  func searched(_ command: Command, by caller: Caller, now: Timestamp) -> Command {
    guard case .revoke(let revoke) = command, case .found([], let filter) = revoke.target else {
      return command
    }
    var search = RevokeSearch(filter)
    while advance(&search, by: caller, now: now) {}
    return .revoke(RevokeCommand(.found(search.found, filter), reason: revoke.reason))
  }

  /// Every entry, type after type.
  var registryEntries: [RegistryEntry] {
    RegistryType.allCases.flatMap { entries($0, limit: .max) }
  }
}
