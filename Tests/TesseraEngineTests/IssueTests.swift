import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct IssueTests {
  /// A request that is not to be carried out, and the field at fault.
  struct Fault: Sendable {
    let field: String
    let kind: TokenKind
    let change: @Sendable (inout IssueCommand) -> Void

    init(
      _ field: String, _ kind: TokenKind, _ change: @escaping @Sendable (inout IssueCommand) -> Void
    ) {
      self.field = field
      self.kind = kind
      self.change = change
    }
  }

  private static let never = Timestamp(microseconds: .max)

  /// Every refusal of Issue, with the field it names.
  @Test(
    arguments: [
      Fault("kind", .proxyKey, { _ in }),
      Fault("name", .admin, { $0.name = String(repeating: "n", count: 201) }),
      Fault("name", .admin, { $0.name = "two\nlines" }),
      Fault("description", .admin, { $0.description = String(repeating: "d", count: 1_001) }),
      Fault("projects", .client, { $0.projects = nil }),
      Fault("projects", .client, { $0.projects = .list([]) }),
      Fault("projects", .client, { $0.projects = .one(.nowhere) }),
      Fault("projects", .client, { $0.projects = .list([.alpha, .nowhere]) }),
      Fault("projects", .client, { $0.projects = .list(Array(repeating: .alpha, count: 101)) }),
      Fault("projects", .admin, { $0.projects = .one(.alpha) }),
      Fault("projects", .personal, { $0.projects = .all }),
      Fault("projects", .service, { $0.projects = .all }),
      Fault("environment", .client, { $0.environment = nil }),
      Fault("environment", .frontend, { $0.environment = nil }),
      Fault("environment", .client, { $0.environment = EnvironmentID("nowhere") }),
      Fault("environment", .admin, { $0.environment = .development }),
      Fault("owner", .personal, { $0.owner = nil }),
      Fault("owner", .client, { $0.owner = UserID("ada") }),
      Fault("scopes", .service, { $0.scopes = .all }),
      Fault("scopes", .admin, { $0.scopes = .all }),
      Fault("scopes", .client, { $0.scopes = .some(sets: [], methods: []) }),
      Fault(
        "scopes", .client,
        { $0.scopes = .some(sets: [], methods: Array(repeating: .read, count: 1_001)) }
      ),
      Fault(
        "scopes.sets", .client, { $0.scopes = .some(sets: [ScopeSetName("None")], methods: []) }
      ),
      Fault(
        "scopes.methods", .client,
        { $0.scopes = .some(sets: [], methods: [MethodName("none")]) }
      ),
      Fault("permissions", .service, { $0.permissions = [] }),
      Fault("permissions", .client, { $0.permissions = [PermissionGrant(.tokensRead)] }),
      Fault(
        "permissions", .service, { $0.permissions = [PermissionGrant(.tokensRead, kinds: [])] }),
      Fault(
        "permissions", .service, { $0.permissions = [PermissionGrant(.tokensRead, projects: [])] }),
      Fault(
        "permissions", .service,
        { $0.permissions = Array(repeating: PermissionGrant(.tokensRead), count: 65) }
      ),
      Fault(
        "permissions.projects", .service,
        { $0.permissions = [PermissionGrant(.tokensRead, projects: [.nowhere])] }
      ),
      Fault(
        "permissions.environments", .service,
        {
          $0.permissions = [PermissionGrant(.tokensRead, environments: [EnvironmentID("no")])]
        }
      ),
      Fault("expires_at", .admin, { $0.expiry = .at(.earliest) }),
      Fault("expires_at", .admin, { $0.expiry = .at(Timestamp(microseconds: .min)) }),
      Fault(
        "expires_at", .admin, { $0.expiry = .at(Timestamp(microseconds: 1_800_000_000_000_000)) }),
      Fault("expires_at", .admin, { $0.expiry = .at(.latest) }),
      Fault("expires_at", .admin, { $0.expiry = .at(IssueTests.never) }),
      Fault("lifetime", .admin, { $0.expiry = .after(.zero) }),
      Fault("lifetime", .admin, { $0.expiry = .after(.nanoseconds(1)) }),
      Fault("lifetime", .admin, { $0.expiry = .after(.seconds(-1)) }),
      Fault("lifetime", .admin, { $0.expiry = .after(.seconds(Int64.min)) }),
      Fault("lifetime", .admin, { $0.expiry = .after(.seconds(Int64.max)) }),
      Fault("lifetime", .admin, { $0.expiry = .after(Limits.lifetime + .microseconds(1)) }),
    ])
  func `a refusal names its field`(fault: Fault) {
    var authority = Authority()
    let before = authority.engine.revision
    let refusal = authority.run(.issue(authority.makeIssue(fault.kind, fault.change))).refusal
    #expect(refusal?.field == fault.field)
    #expect(refusal?.code == .invalidArgument)
    #expect(refusal?.message.isEmpty == false)
    let after = authority.engine.revision
    #expect(before == after, "nothing is half created")
  }

  @Test func `what is issued is what was asked for`() {
    var authority = Authority()
    let record = authority.issue(.client) {
      $0.name = "reader"
      $0.description = "line\nline"
      $0.scopes = .some(sets: [], methods: [.write, .read, .write])
      $0.expiry = .after(Limits.lifetime)
    }
    let held = authority.engine.token(record.id)
    #expect(held == record)
    #expect(record.scopes == .some(sets: [], methods: [.read, .write]))
    #expect(record.expiresAt == authority.now + Limits.lifetime)
    #expect(record.createdAt == authority.now && record.createdBy == authority.root.actor)
    #expect(record.version == 1)
  }

  @Test func `PERSONAL tokens live for 30 days unless never is asked for`() {
    var authority = Authority()
    let unsaid = authority.run(.issue(authority.makeIssue(.personal)))
    guard case .issued(let record, let noWarnings, false) = unsaid else {
      Issue.record("\(unsaid)")
      return
    }
    #expect(record.expiresAt == authority.now + .seconds(30 * 24 * 3600))
    #expect(noWarnings.isEmpty)
    let asked = authority.run(.issue(authority.makeIssue(.personal) { $0.expiry = .never }))
    guard case .issued(let forever, let warnings, false) = asked else {
      Issue.record("\(asked)")
      return
    }
    #expect(forever.expiresAt == nil && warnings.count == 1)
  }

  @Test func `a user has a number of tokens at most, not counting the revoked`() {
    var authority = Authority()
    var batch = authority.engine.makeBatch(now: authority.now)
    var ids: [TokenID] = []
    for _ in 0..<Limits.tokensPerOwner {
      let outcome = authority.engine.decide(
        .issue(authority.makeIssue(.personal)), by: authority.root, in: &batch)
      if let record = outcome.record { ids.append(record.id) }
    }
    #expect(ids.count == Limits.tokensPerOwner)
    let inBatch = authority.engine.decide(
      .issue(authority.makeIssue(.personal)), by: authority.root, in: &batch)
    #expect(inBatch.refusal?.field == "owner" && inBatch.refusal?.code == .resourceExhausted)
    authority.engine.apply(batch.entries)
    let applied = authority.run(.issue(authority.makeIssue(.personal)))
    #expect(applied.refusal?.field == "owner")
    authority.put(.bob)
    let other = authority.run(.issue(authority.makeIssue(.personal) { $0.owner = .bob }))
    #expect(other.record != nil)
    // A revocation makes room, in its own batch too, but only once.
    var second = authority.engine.makeBatch(now: authority.now)
    for _ in 0..<2 {
      _ = authority.engine.decide(
        .revoke(RevokeCommand(.tokens([ids[0]]))), by: authority.root, in: &second)
    }
    let room = authority.engine.decide(
      .issue(authority.makeIssue(.personal)), by: authority.root, in: &second)
    let none = authority.engine.decide(
      .issue(authority.makeIssue(.personal)), by: authority.root, in: &second)
    #expect(room.record != nil && none.refusal?.field == "owner")
    authority.engine.apply(second.entries)
    authority.engine.checkInvariants()
  }

  @Test func `a limited caller issues within its limits, and learns nothing of what is beyond`() {
    var authority = Authority()
    let caller = authority.service([
      PermissionGrant(
        .tokensIssue, kinds: KindSet(.client), projects: [.alpha, .beta],
        environments: [.development]),
      PermissionGrant(.tokensValidate, projects: [.gamma]),
    ])
    let within: [(inout IssueCommand) -> Void] = [
      { $0.projects = .one(.alpha) }, { $0.projects = .list([.alpha, .beta]) },
    ]
    for change in within {
      let outcome = authority.run(.issue(authority.makeIssue(.client, change)), by: caller)
      #expect(outcome.record != nil)
    }
    let beyond: [(TokenKind, (inout IssueCommand) -> Void)] = [
      (.client, { $0.projects = .one(.gamma) }), (.client, { $0.projects = .one(.nowhere) }),
      (.client, { $0.projects = .list([.alpha, .gamma]) }),
      (.client, { $0.projects = .list([.alpha, .nowhere]) }),
      (.client, { $0.projects = .all }), (.client, { $0.environment = .production }),
      (.client, { $0.environment = EnvironmentID("nowhere") }), (.frontend, { _ in }),
      (.personal, { _ in }),
    ]
    var refusals: Set<String> = []
    for (kind, change) in beyond {
      let refusal = authority.run(.issue(authority.makeIssue(kind, change)), by: caller).refusal
      #expect(refusal?.code == .permissionDenied)
      refusals.insert(refusal?.message ?? "")
    }
    #expect(refusals.count == 1, "what exists and what does not are refused alike")
  }

  @Test func `only ADMIN callers issue ADMIN and SERVICE tokens`() {
    var authority = Authority()
    let caller = authority.service([PermissionGrant(.tokensIssue)])
    for kind in [TokenKind.admin, .service] {
      let refusal = authority.run(.issue(authority.makeIssue(kind)), by: caller).refusal
      #expect(refusal?.code == .permissionDenied && refusal?.field == "kind")
    }
    let client = authority.run(
      .issue(authority.makeIssue(.client) { $0.projects = .all }), by: caller)
    #expect(client.record != nil)
    let reader = authority.service([PermissionGrant(.tokensRead)])
    let personal = authority.authenticate(authority.issue(.personal))
    for caller in [reader, personal] {
      let refusal = authority.run(.issue(authority.makeIssue(.client)), by: caller).refusal
      #expect(refusal?.code == .permissionDenied)
    }
  }

  @Test func `users make as many tokens for projects as they may have of their own`() {
    var authority = Authority()
    authority.engine.limitTokens(perOwner: 2)
    authority.put(.bob, [Grant(.project(.alpha), createsTokens: true)]) { $0.password = .sample(1) }
    let bob = authority.signedIn(.bob)
    let personal = authority.issue(.personal) { $0.owner = .bob }
    let through = authority.authenticate(personal)
    let made = [authority.issue(.client, by: bob), authority.issue(.frontend, by: through)]
    for caller in [bob, through] {
      let refused = authority.run(.issue(authority.makeIssue(.client)), by: caller).refusal
      #expect(refused?.code == .resourceExhausted && refused?.message.contains("made 2") == true)
    }
    let byRoot = authority.run(.issue(authority.makeIssue(.client))).refusal
    #expect(byRoot == nil, "who may do everything makes as many as they like")
    _ = authority.issue(.personal) { $0.owner = .bob }
    // One that is revoked makes room, and so does one that is removed; in the same batch too.
    var batch = authority.engine.makeBatch(now: authority.now)
    let command = Command.issue(authority.makeIssue(.client))
    for command in [.revoke(RevokeCommand(.tokens([made[0].id]))), command] {
      let outcome = authority.engine.decide(command, by: bob, in: &batch)
      #expect(outcome.refusal == nil)
    }
    let full = authority.engine.decide(
      .issue(authority.makeIssue(.client)), by: bob, in: &batch)
    #expect(full.refusal?.code == .resourceExhausted)
    authority.engine.apply(batch.entries)
    authority.engine.checkInvariants()
    let still = authority.run(.issue(authority.makeIssue(.client)), by: bob).refusal
    #expect(still?.code == .resourceExhausted)
    authority.engine.remove(made[1].id)
    let later = authority.run(.issue(authority.makeIssue(.client)), by: bob).refusal
    #expect(later == nil)
    // It is counted anew where the authority starts.
    let restored = HeldState(authority.engine).restored(hashKey: (3, 4))
    restored.checkInvariants()
    let count = restored.ledger.withLock { $0.owners[.bob]?.madeTokens }
    #expect(count == 2)
  }

  @Test func `one value is one token's`() {
    var authority = Authority()
    let command = authority.makeIssue(.admin)
    _ = authority.run(.issue(command))
    let again = authority.run(.issue(command)).refusal
    #expect(again?.code == .alreadyExists)
  }
}

@Suite struct TokenIDOrderTests {
  @Test func `ids go up whatever the clock and the random bits`() {
    var generator = SeededGenerator()
    for moment in [
      Timestamp.earliest, Timestamp(microseconds: 0), .latest, Timestamp(microseconds: .max),
    ] {
      var batch = Batch(now: moment, after: .zero, lastID: TokenID(high: 0, low: 0))
      var last = TokenID(high: 0, low: 0)
      for step in 0..<1_000 {
        let entropy = step % 3 == 0 ? UInt64.max : step % 3 == 1 ? 0 : generator.next()
        guard let id = batch.makeID(entropy: entropy) else {
          Issue.record("no id")
          return
        }
        #expect(last < id)
        last = id
      }
    }
  }

  @Test func `after the greatest id there is none, and no trap`() {
    var batch = Batch(
      now: .latest, after: .zero, lastID: TokenID(high: .max, low: .max))
    let id = batch.makeID(entropy: .max)
    #expect(id == nil)
    var carry = Batch(now: .earliest, after: .zero, lastID: TokenID(high: 5, low: .max))
    let next = carry.makeID(entropy: 0)
    #expect(next == TokenID(high: 6, low: 0))
  }

  @Test func `a clock that goes back makes no earlier change`() {
    var authority = Authority()
    let first = authority.issue(.admin)
    let now = authority.now
    authority.now = .earliest
    let second = authority.issue(.admin)
    #expect(first.id < second.id && second.createdAt == now)
  }

  @Test func `moments stay within their range`() {
    let extremes: [Duration] = [
      .seconds(Int64.max), .seconds(Int64.min), .seconds(Int64.max) + .nanoseconds(999_999_999),
    ]
    for base in [
      Timestamp.earliest, .latest, Timestamp(microseconds: .max), Timestamp(microseconds: .min),
    ] {
      for step in extremes {
        let moment = base + step
        #expect(moment == (step > .zero ? .latest : .earliest))
      }
    }
    #expect(Timestamp(microseconds: 1) + .microseconds(-2) == Timestamp(microseconds: -1))
  }
}
