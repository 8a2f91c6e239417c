import TesseraEngine
import TesseraModel

extension HistoryGenerator {
  /// A new one mostly, or one that there is, or a proxy client key's.
  private mutating func importedDigest(in model: PlainAuthority) -> Digest {
    if chance(5) { return recentDigest() }
    return chance(5) && !model.proxyKeys.isEmpty ? one(of: model.proxyKeys) : newDigest()
  }

  mutating func issue(
    in model: PlainAuthority, by caller: PlainCaller, at now: Timestamp
  ) -> Command {
    let kinds: [TokenKind] = [
      .client, .client, .client, .frontend, .frontend, .personal, .personal, .personal, .service,
      .admin,
    ]
    let kind =
      chance(1)
      ? .proxyKey : one(of: kinds)
    var command = IssueCommand(kind: kind, digest: newDigest(), entropy: newEntropy())
    if chance(2) { command.digest = recentDigest() }
    let isCopy = chance(12)
    if isCopy { command.copyOf = token(in: model) }
    // A copy leaves out what it takes from its source, one time in two.
    if !isCopy || chance(50) {
      command.name = name()
      let parts = parts(of: kind, in: model)
      command.owner = parts.owner
      command.projects = parts.projects
      command.environment = parts.environment
      command.scopes = parts.scopes
      command.permissions = parts.permissions
    }
    command.expiry = expiry(at: now)
    if chance(10) {
      let key = UInt64(number(0...40)) &+ 1_000 &* mark(of: caller)
      command.idempotency = (.sample(key), .sample(UInt64(number(0...9)) == 0 ? 1 : 2))
    }
    return .issue(command)
  }

  /// What tells one caller's idempotency keys from another's.
  private func mark(of caller: PlainCaller) -> UInt64 {
    switch caller {
    case .token(let id, _): id.low | 1
    case .user(_, let birth, _), .acting(_, let birth, _): UInt64(birth) << 32
    case .certificate: 0
    }
  }

  mutating func name() -> String { "name \(number(0...30))" }

  private typealias Parts = (
    owner: UserID?, projects: ProjectSelection?, environment: EnvironmentID?,
    scopes: ScopeSelection?, permissions: [PermissionGrant]
  )

  /// What a token of the kind has, and now and then what it must not have.
  private mutating func parts(of kind: TokenKind, in model: PlainAuthority) -> Parts {
    let isBound = (kind == .client || kind == .frontend) != chance(1)
    return (
      owner: (kind == .personal && chance(85)) || chance(1) ? user(in: model) : nil,
      projects: isBound != chance(1) ? projects(in: model) : nil,
      environment: isBound != chance(1) ? environment(in: model) : nil,
      scopes: chance(kind == .service || kind == .admin ? 3 : 50) ? scopes(in: model) : nil,
      permissions: (kind == .service) != chance(1) ? permissions(in: model) : []
    )
  }

  private mutating func projects(in model: PlainAuthority) -> ProjectSelection {
    switch number(0...9) {
    case 0...3: .one(project(in: model))
    case 4...7: .list((0..<number(1...3)).map { _ in project(in: model) })
    case 8: chance(10) ? .list([]) : .one(project(in: model))
    default: .all
    }
  }

  mutating func permissions(in model: PlainAuthority) -> [PermissionGrant] {
    (0..<number(1...4)).map { _ in
      let permission = one(of: Permission.allCases)
      // Kinds and environments limit what is done with tokens; projects limit the registry too.
      // What cannot be limited is asked for with a limit now and then.
      let isOfPlaces = ![.usersActAs, .serverRead, .serverOperate].contains(permission)
      let isOfTokens = [.tokensIssue, .tokensValidate, .tokensRevoke, .tokensRead, .tokensImport]
        .contains(permission)
      let kinds: [TokenKind] = [.client, .frontend, .personal, .client, .proxyKey]
      return PermissionGrant(
        permission,
        kinds: chance(isOfTokens ? 30 : 1) ? KindSet(one(of: kinds)).union(KindSet(.client)) : nil,
        projects: chance(isOfPlaces ? 40 : 2)
          ? (0..<number(1...2)).map { _ in project(in: model) } : nil,
        environments: (isOfTokens || permission == .registryWrite) && chance(15)
          ? [environment(in: model)] : nil)
    }
  }

  mutating func update(in model: PlainAuthority, at now: Timestamp) -> Command {
    let id = token(in: model)
    var command = UpdateCommand(id)
    let held = model.tokens[id]
    if chance(20) { command.ifVersion = (held?.version ?? 1) + (chance(30) ? 1 : 0) }
    command.name = chance(40) ? name() : nil
    command.description = chance(20) ? name() : nil
    if case .list = held?.projects, chance(40) {
      command.projects = (0..<number(chance(5) ? 0...0 : 1...3)).map { _ in project(in: model) }
    }
    if chance(2) { command.projects = [project(in: model)] }
    if chance(30) { command.scopes = scopes(in: model) }
    if chance(30) { command.expiry = expiry(at: now) }
    return .update(command)
  }

  mutating func regenerate(in model: PlainAuthority, at now: Timestamp) -> Command {
    var command = RegenerateCommand(token(in: model), digest: newDigest())
    if chance(3) { command.digest = recentDigest() }
    if chance(50) { command.overlap = .seconds(number(chance(3) ? -1...0 : 600...700_000)) }
    let isExpired = model.tokens[command.id]?.state(at: now) == .expired
    if chance(isExpired ? 80 : 30) { command.expiry = expiry(at: now) }
    if isExpired, chance(80) { command.overlap = nil }
    return .regenerate(command)
  }

  mutating func revoke(in model: PlainAuthority, at now: Timestamp) -> Command {
    let reason = chance(30) ? "found in a public place" : ""
    switch number(0...9) {
    case 0...1: return .revoke(RevokeCommand(.value(digest(in: model)), reason: reason))
    case 2:
      var filter = RevokeFilter()
      if chance(40) { filter.kinds = [KindSet(.client), KindSet(.personal)] }
      if chance(40) { filter.owner = user(in: model) }
      if chance(60) { filter.project = project(in: model) }
      if chance(60) { filter.environment = environment(in: model) }
      if chance(60) { filter.issuedBefore = moment(in: model, upTo: 600_000, before: now) }
      return .revoke(RevokeCommand(.found([], filter), reason: reason))
    default:
      let ids = (0..<number(chance(1) ? 0...0 : 1...4)).map { _ in token(in: model) }
      return .revoke(RevokeCommand(.tokens(ids), reason: reason))
    }
  }

  mutating func importTokens(in model: PlainAuthority, at now: Timestamp) -> Command {
    let kinds: [TokenKind] = [.client, .frontend, .client, .personal, .service, .admin]
    return .importTokens(
      (0..<number(1...4)).map { _ in
        let kind = one(of: kinds)
        var token = ImportedToken(
          kind: kind, digest: importedDigest(in: model), isUnchecked: chance(50),
          entropy: newEntropy())
        let parts = parts(of: kind, in: model)
        token.name = name()
        token.owner = parts.owner
        token.projects = parts.projects
        token.environment = parts.environment
        token.scopes = parts.scopes
        token.permissions = parts.permissions
        if chance(60) { token.expiresAt = now + lifetime() }
        if chance(30) { token.createdAt = now + .seconds(-number(chance(5) ? -50...0 : 0...9_000)) }
        return token
      })
  }

  mutating func purge(in model: PlainAuthority, at now: Timestamp) -> Command {
    .purge(
      PurgeCommand(
        endedBefore: chance(3) ? now + .seconds(50) : moment(in: model, upTo: 200_000, before: now),
        after: chance(20) ? token(in: model) : nil))
  }
}
