import TesseraModel

/// One thread's way to validate: no lock, no allocation, no reference count.
///
/// Between `enter` and `leave` the reader may look; a reactor enters when it wakes and leaves
/// before it sleeps.
public struct EngineReader: ~Copyable, Sendable {
  let shared: SharedState
  let epoch: ReaderEpoch
  /// What the reader looks at lives as long as the engine does.
  private let engine: Engine

  init(of engine: Engine) {
    self.engine = engine
    shared = engine.shared
    epoch = shared.epochs.register()
  }

  public func enter() { epoch.enter() }
  public func leave() { epoch.leave() }

  /// The last change that is applied. Read before validating, it is what the answers reflect at
  /// least.
  public var revision: Revision {
    Revision(rawValue: shared.revision.load(ordering: .acquiring))
  }

  /// The highest time that was seen: what has expired by it stays so, whatever a clock says.
  public var lastMoment: Timestamp {
    Timestamp(microseconds: shared.lastMoment.load(ordering: .relaxed))
  }

  /// How many tokens there are, in whatever state.
  public var tokenCount: Int { shared.tokenCount.load(ordering: .relaxed) }

  /// Gives the first of these that applies: NOT_FOUND, REVOKED, EXPIRED, OWNER_INACTIVE,
  /// WRONG_KIND, WRONG_PROJECT, WRONG_ENVIRONMENT, MISSING_SCOPE, ALLOWED. MALFORMED comes before,
  /// from who looks at the bytes.
  public func validate(
    _ digest: Digest, _ question: Question, for caller: ValidationRights, now: Timestamp
  ) -> Answer {
    decide(digest, shared.hashing.hash(digest), question, for: caller, now: now)
  }

  @inline(__always)
  func decide(
    _ digest: Digest, _ hash: UInt64, _ question: Question, for caller: ValidationRights,
    now: Timestamp
  ) -> Answer {
    guard
      let number = shared.credentialIndex.find(
        hash, matching: { shared.slab.line($0).holds(digest) })
    else { return decideProxyKey(digest, question, for: caller) }
    let line = shared.slab.line(number)
    let facts = line.facts
    let kind = facts.kind
    if facts.isWithdrawn { return Answer(.notFound) }
    if !caller.isUnlimited, !covers(caller, facts, question) { return Answer(.notFound) }
    if facts.isRevoked { return Answer(.revoked) }
    if now.microseconds >= line.end { return Answer(.expired) }
    if facts.isOwnerInactive { return Answer(.ownerInactive) }
    if !question.kinds.contains(kind) { return Answer(.wrongKind) }
    if question.asksForPlace, let refusal = refuse(question, facts) { return Answer(refusal) }
    return Answer(allowed: line.id, kind: kind, credential: number)
  }

  /// The first of project, environment and method that the token does not open.
  func refuse(_ question: Question, _ facts: CredentialFacts) -> Verdict? {
    shared.access.withAccess(facts.access) { access in
      if access.kind == .personal { return refuse(question, access) }
      if question.project != .none, !access.projects.contains(question.project) {
        return .wrongProject
      }
      if question.environment != .none {
        // ADMIN tokens are for every environment that exists, SERVICE for none.
        let opens =
          facts.kind.isBoundToEnvironment
          ? facts.environment == question.environment
          : question.environment != .unknown && facts.kind != .service
        if !opens { return .wrongEnvironment }
      }
      if question.method != .none, !access.methods.contains(question.method) {
        return .missingScope
      }
      return nil
    }
  }

  /// The same for a PERSONAL token: what its owner holds, as far as its own scopes go.
  @inline(__always)
  private func refuse(_ question: Question, _ access: CompiledAccess) -> Verdict? {
    let verdict = shared.users.withRights(access.user) { user -> Verdict in
      if user.isDisabled { return .ownerInactive }
      if question.project != .none, !user.opens(question.project) { return .wrongProject }
      if question.environment == .unknown { return .wrongEnvironment }
      if question.method != .none,
        !access.methods.contains(question.method)
          || !user.opens(question.method, in: question.project)
      {
        return .missingScope
      }
      return .allowed
    }
    // The owner was removed a moment ago, and the token is not flagged yet.
    guard let verdict else { return .ownerInactive }
    return verdict == .allowed ? nil : verdict
  }

  /// Whether a limited caller may learn of the token, and asks within its own limits.
  func covers(_ caller: ValidationRights, _ facts: CredentialFacts, _ question: Question) -> Bool {
    caller.withAccess { caller in
      shared.access.withAccess(facts.access) { token in
        // By index: an iterator would hold a reference.
        for index in 0..<caller.grants.all.count {
          let grant = caller.grants.all[index]
          if grant.permission != .tokensValidate { continue }
          if caller.grants.covers(facts.kind, token.projects, facts.environment, grant),
            question.project == .none || caller.grants.allows(question.project, grant),
            question.environment == .none || caller.grants.allows(question.environment, grant)
          {
            return true
          }
        }
        return false
      }
    }
  }
}
