import SimulatedMachine
import TesseraEngine
import TesseraModel

/// Random commands over a world so small that names collide, come and go.
struct Workload {
  private var random: SeededGenerator
  private var made: UInt64 = 0
  /// The ids and values that clients know, be they of tokens that are there or not.
  private var ids: [TokenID] = []
  private var values: [Digest] = []
  private let salt: UInt64

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    salt = random.next()
  }

  private static let projects: [ProjectID] = ["default", "red", "green", "blue"]
  private static let environments: [EnvironmentID] = ["development", "production", "staging"]
  private static let methods: [MethodName] = ["features.read", "jobs.run", "jobs.stop"]
  private static let sets: [ScopeSetName] = ["CLIENT", "IDE Plugins", "Operators"]
  private static let roles: [RoleName] = ["Reader", "Release Manager"]
  private static let users: [UserID] = ["ada", "bob", "cyd"]
  private static let recent = 48

  /// A client learnt of a token.
  mutating func learn(_ id: TokenID) {
    if ids.count == Workload.recent { ids.removeFirst() }
    ids.append(id)
  }

  /// A value that some command made, in whatever state its token is.
  mutating func value() -> Digest { values.randomElement(using: &random) ?? digest() }

  mutating func command(at now: Timestamp) -> Command {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<36: .issue(issue())
    case 36..<54: .revoke(revocation(at: now))
    case 54..<62: .update(update())
    case 62..<69: .regenerate(renewal())
    case 69..<73: .importTokens(imported(at: now))
    case 73..<76:
      .purge(PurgeCommand(endedBefore: now + .seconds(-number(0...600)), after: maybeID()))
    case 76..<88: registryCommand()
    default: userCommand()
    }
  }

  // MARK: Tokens

  private mutating func issue() -> IssueCommand {
    let kinds: [TokenKind] = [.client, .client, .client, .frontend, .personal, .admin, .service]
    var command = IssueCommand(kind: one(of: kinds), digest: newValue(), entropy: random.next())
    command.name = "token-\(made)"
    if random.oneIn(3) { command.description = text(0...300) }
    switch command.kind {
    case .client, .frontend:
      command.projects = projects()
      command.environment = one(of: Workload.environments)
      command.scopes = random.oneIn(2) ? scopes() : nil
    case .personal:
      command.owner = one(of: Workload.users)
      command.scopes = random.oneIn(2) ? scopes() : nil
    case .service:
      command.permissions = [
        PermissionGrant(.tokensValidate, projects: random.oneIn(2) ? [project()] : nil),
        PermissionGrant(.tokensRead),
      ]
    default: break
    }
    command.expiry = expiry()
    if !ids.isEmpty, random.oneIn(8) { command.copyOf = one(of: ids) }
    if random.oneIn(5) {
      let key = UInt64(number(0...12))
      command.idempotency = (Digest(salt, key, 0, 1), Digest(salt, key / 8, 0, 2))
    }
    return command
  }

  private mutating func update() -> UpdateCommand {
    var command = UpdateCommand(id())
    if random.oneIn(2) { command.name = "renamed-\(number(0...99))" }
    if random.oneIn(3) { command.description = text(0...100) }
    if random.oneIn(4) { command.scopes = scopes() }
    if random.oneIn(4) { command.projects = [project(), project()] }
    if random.oneIn(4) { command.expiry = expiry() }
    if random.oneIn(10) { command.ifVersion = 1 }
    return command
  }

  private mutating func renewal() -> RegenerateCommand {
    var command = RegenerateCommand(id(), digest: newValue())
    if random.oneIn(2) { command.overlap = .seconds(number(1...7_200)) }
    if random.oneIn(3) { command.expiry = expiry() }
    return command
  }

  private mutating func revocation(at now: Timestamp) -> RevokeCommand {
    let reason = random.oneIn(2) ? "" : text(0...60)
    switch number(0...9) {
    case 0:
      var filter = RevokeFilter()
      filter.kinds = KindSet(one(of: [TokenKind.client, .personal, .frontend]))
      filter.project = random.oneIn(2) ? project() : nil
      filter.environment = random.oneIn(2) ? one(of: Workload.environments) : nil
      filter.issuedBefore = now + .seconds(-number(0...600))
      return RevokeCommand(.found([], filter), reason: reason)
    case 1...3: return RevokeCommand(.value(value()), reason: reason)
    default:
      let ids = (0..<number(1...3)).map { _ in id() }
      return RevokeCommand(.tokens(ids), reason: reason)
    }
  }

  private mutating func imported(at now: Timestamp) -> [ImportedToken] {
    (0..<number(1...4)).map { _ in
      var token = ImportedToken(
        kind: .client, digest: newValue(), isUnchecked: random.oneIn(2), entropy: random.next())
      token.name = "imported-\(made)"
      token.projects = projects()
      token.environment = one(of: Workload.environments)
      if random.oneIn(2) { token.expiresAt = now + .seconds(number(-60...7_200)) }
      if random.oneIn(2) { token.createdAt = now + .seconds(-number(0...86_400)) }
      return token
    }
  }

  // MARK: The registry and users

  private mutating func registryCommand() -> Command {
    let entry: RegistryEntry =
      switch number(0...4) {
      case 0: .project(.init(project(), description: text(0...40)))
      case 1: .environment(.init(one(of: Workload.environments), description: text(0...40)))
      case 2: .method(.init(one(of: Workload.methods), description: text(0...40)))
      case 3: .scopeSet(.init(one(of: Workload.sets), methods: [one(of: Workload.methods)]))
      default: .role(.init(one(of: Workload.roles), grants: [grant()]))
      }
    switch number(0...9) {
    case 0...5: return .createEntry(entry)
    case 6, 7: return .updateEntry(entry, ifVersion: nil)
    default: return .removeEntry(entry.key)
    }
  }

  private mutating func userCommand() -> Command {
    let user = one(of: Workload.users)
    switch number(0...11) {
    case 0...4:
      var command = CreateUserCommand(user)
      command.name = text(0...20)
      command.grants = [grant()]
      command.roles = random.oneIn(3) ? [one(of: Workload.roles)] : []
      command.password = random.oneIn(2) ? password() : nil
      return .createUser(command)
    case 5...8:
      var command = UpdateUserCommand(user)
      command.isDisabled = random.oneIn(2)
      command.grants = random.oneIn(2) ? [grant(), grant()] : nil
      command.isAdmin = random.oneIn(4) ? random.oneIn(2) : nil
      return .updateUser(command)
    case 9: return .removeUser(user)
    default: return .setPassword(user, random.oneIn(3) ? nil : password())
    }
  }

  private mutating func grant() -> Grant {
    Grant(
      random.oneIn(3) ? .allProjects : .project(project()),
      scopes: random.oneIn(2) ? scopes() : nil, createsTokens: random.oneIn(2))
  }

  private mutating func password() -> PasswordHash {
    let salt = (0..<16).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    return PasswordHash(
      salt: salt, key: salt + salt, logCost: 14, blockSize: 8, parallelism: 1)
  }

  // MARK: Parts

  private mutating func number(_ range: ClosedRange<Int>) -> Int {
    .random(in: range, using: &random)
  }

  private mutating func one<Element>(of elements: [Element]) -> Element {
    elements.randomElement(using: &random)!
  }

  private mutating func project() -> ProjectID { one(of: Workload.projects) }

  private mutating func projects() -> ProjectSelection {
    switch number(0...5) {
    case 0: .all
    case 1, 2: .list([project(), project()])
    default: .one(project())
    }
  }

  private mutating func scopes() -> ScopeSelection {
    switch number(0...3) {
    case 0: .all
    case 1: .kindDefault
    case 2: .some(sets: [one(of: Workload.sets)], methods: [])
    default: .some(sets: [], methods: [one(of: Workload.methods)])
    }
  }

  private mutating func expiry() -> Expiry {
    switch number(0...3) {
    case 0: .unspecified
    case 1: .never
    default: .after(.seconds(number(1...7_200)))
    }
  }

  private mutating func text(_ lengths: ClosedRange<Int>) -> String {
    String(repeating: one(of: ["word ", "x", "łódź "]), count: number(lengths) / 4)
  }

  private mutating func id() -> TokenID {
    ids.isEmpty || random.oneIn(30) ? TokenID(high: 7, low: 7) : one(of: ids)
  }

  private mutating func maybeID() -> TokenID? { random.oneIn(2) ? nil : id() }

  private mutating func newValue() -> Digest {
    let value = digest()
    if values.count == Workload.recent { values.removeFirst() }
    values.append(value)
    return value
  }

  private mutating func digest() -> Digest {
    made += 1
    return Digest(random.next(), salt, made, random.next())
  }
}
