import TesseraModel

extension EngineReader {
  /// Who holds a value, or why it lets nobody in. FRONTEND values are public, so they never do.
  public func authenticate(_ digest: Digest, now: Timestamp) -> Result<Caller, Refusal> {
    let secret = Question(kinds: .secret)
    let answer = validate(digest, secret, for: .unlimited, now: now)
    guard answer.verdict == .allowed else {
      let reason =
        switch answer.verdict {
        case .revoked: "the token was revoked"
        case .expired: "the token has expired"
        case .wrongKind: "tokens of this kind are not secret and authenticate nobody"
        default: "no such token"
        }
      return .failure(Refusal(.unauthenticated, reason, field: "token"))
    }
    return .success(.token(id: answer.id, digest: digest, credential: answer.credential))
  }

  /// What the caller may do now; nil where its token has ended.
  public func rights(of caller: Caller, now: Timestamp) -> CallerRights? {
    shared.rights(of: caller, now: now)
  }

  /// What the caller may validate now. No reference is counted: it holds until `leave`.
  public func validationRights(of caller: borrowing Caller, now: Timestamp) -> ValidationRights {
    switch caller {
    case .certificate(_, let access):
      return ValidationRights(access.access)
    case .token(_, let digest, let credential):
      guard let facts = shared.liveFacts(credential, digest, now: now) else { return .ended }
      if facts.kind == .admin { return .unlimited }
      return shared.access.withAccess(facts.access) { ValidationRights($0) }
    }
  }
}

extension SharedState {
  /// For a reader within its epoch, and for who holds the ledger's lock.
  func rights(of caller: Caller, now: Timestamp) -> CallerRights? {
    switch caller {
    case .certificate(_, let access):
      return CallerRights(access: access.access, tokenID: nil, expiresAt: nil)
    case .token(let id, let digest, let credential):
      guard let facts = liveFacts(credential, digest, now: now) else { return nil }
      let end = slab.line(credential).end
      return CallerRights(
        access: access.withAccess(facts.access) { $0 }, tokenID: id,
        expiresAt: end == CredentialSlab.never ? nil : Timestamp(microseconds: end))
    }
  }

  /// The facts of the credential that a connection remembers; nil where it has ended, or where its
  /// place is another's now.
  func liveFacts(
    _ number: CredentialNumber, _ digest: Digest, now: Timestamp
  ) -> CredentialFacts? {
    let line = slab.line(number)
    let facts = line.facts
    guard facts.isLive, line.holds(digest), now.microseconds < line.end else { return nil }
    return facts
  }
}

/// What a caller may validate, for as long as a reader's epoch lasts.
@safe
public struct ValidationRights {
  public enum Extent: Sendable { case ended, none, limited, unlimited }

  /// `ended` where the caller's token has, `none` where it may not validate.
  public let extent: Extent
  /// nil where the caller's token has ended, or nothing limits it.
  private let access: Unmanaged<CompiledAccess>?

  private init(_ extent: Extent, _ access: Unmanaged<CompiledAccess>? = nil) {
    self.extent = extent
    unsafe self.access = unsafe access
  }

  init(_ access: CompiledAccess) {
    unsafe self.init(access.validation, .passUnretained(access))
  }

  public static var unlimited: ValidationRights { unsafe ValidationRights(.unlimited) }
  static var ended: ValidationRights { unsafe ValidationRights(.ended) }

  var isUnlimited: Bool { extent == .unlimited }

  /// Lends what the caller may do, without counting a reference; false where there is nothing.
  /// Whether one of the caller's grants to validate reaches the project.
  func mayName(_ project: ProjectID, in directory: Directory) -> Bool {
    let number = directory.projects[project] ?? .unknown
    return withAccess { access in
      access.grants.all.contains {
        $0.permission == .tokensValidate && access.grants.allows(number, $0)
      }
    }
  }

  func withAccess(_ body: (CompiledAccess) -> Bool) -> Bool {
    guard let access = unsafe access else { return false }
    return unsafe access._withUnsafeGuaranteedRef(body)
  }
}
