import TesseraModel

extension EngineReader {
  /// Who holds a value, or why it lets nobody in. FRONTEND values are public, so they never do.
  public func authenticate(_ digest: Digest, now: Timestamp) -> Result<Caller, Refusal> {
    let secret = Question(kinds: .secret)
    let answer = validate(digest, secret, for: .unlimited, now: now)
    guard answer.verdict == .allowed else {
      // A proxy client key is chosen by hand: who guesses at one here learns nothing of it.
      let isProxyKey = shared.proxyKeys.withObject { $0.contains(digest) }
      let reason =
        switch answer.verdict {
        case .revoked: "the token was revoked"
        case .expired: "the token has expired"
        case .ownerInactive: "the user whose token it is was disabled or is no more"
        case .wrongKind where !isProxyKey:
          "tokens of this kind are not secret and authenticate nobody"
        default: "no such token"
        }
      return .failure(Refusal(.unauthenticated, reason, field: "token"))
    }
    let facts = shared.slab.line(answer.credential).facts
    return .success(
      .token(
        id: answer.id, digest: digest, credential: answer.credential,
        owner: shared.access.withAccess(facts.access) { $0.key.owner }))
  }

  /// The user for whom a caller makes a call, with the user's rights.
  ///
  /// - Throws: where the caller may not act for others, or there is no such user, or they are
  ///   disabled.
  public func acting(
    as user: UserID, through caller: Caller, now: Timestamp
  ) throws(Refusal) -> Caller {
    guard let rights = shared.rights(of: caller, now: now) else { throw .callerEnded }
    guard rights.mayActForUsers else {
      throw Refusal(
        .permissionDenied,
        "to act for a user needs the permission \(Permission.usersActAs.name) without limits, which "
          + "the caller does not have", field: "context.act_as")
    }
    guard let holder = shared.user(user) else {
      throw Refusal(.notFound, "there is no user \(user)", field: "context.act_as")
    }
    guard !holder.isDisabled else {
      throw Refusal(
        .failedPrecondition, "the user \(user) is disabled, and nobody acts for them",
        field: "context.act_as")
    }
    return .acting(
      UserSession(user: user, number: holder.number, passwordVersion: nil), through: caller)
  }

  /// What the caller may do now; nil where its token has ended.
  public func rights(of caller: Caller, now: Timestamp) -> CallerRights? {
    shared.rights(of: caller, now: now)
  }
}

extension CallerRights {
  /// Nobody acts for a user through another user.
  var mayActForUsers: Bool { holder == nil && hasUnlimited(.usersActAs) }
}

extension SharedState {
  /// For a reader within its epoch, and for who holds the ledger's lock.
  func rights(of caller: Caller, now: Timestamp) -> CallerRights? {
    switch caller {
    case .certificate(_, let certificate):
      return CallerRights(access.withAccess(certificate.number) { $0 })
    case .token(let id, let digest, let credential, _):
      guard let facts = liveFacts(credential, of: id, digest, now: now) else { return nil }
      let end = slab.line(credential).end
      let access = access.withAccess(facts.access) { $0 }
      let holder = users.rights(access.user)
      if access.kind == .personal, holder?.isDisabled != false { return nil }
      return CallerRights(
        access, holder: holder, tokenID: id,
        expiresAt: end == CredentialSlab.never ? nil : Timestamp(microseconds: end))
    case .user(let session): return rights(of: session)
    case .acting(let session, let through):
      guard rights(of: through, now: now)?.mayActForUsers == true else { return nil }
      return rights(of: session)
    }
  }

  private func rights(of session: UserSession) -> CallerRights? {
    guard let holder = users.rights(session.number), session.isValid(holder) else { return nil }
    return CallerRights(usersAccess, holder: holder)
  }

  /// The facts of the credential that a connection remembers; nil where it has ended, or where its
  /// place is another's now, be it of another token with the same value.
  func liveFacts(
    _ number: CredentialNumber, of id: TokenID, _ digest: Digest, now: Timestamp
  ) -> CredentialFacts? {
    let line = slab.line(number)
    let facts = line.facts
    guard facts.isLive, line.holds(digest), line.id == id, now.microseconds < line.end else {
      return nil
    }
    return facts
  }
}
