import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

/// A call that was let in: its request, who makes it, and what they may do.
///
/// Every request that names its caller's context comes through `Connection.admit`, the one place
/// that asks who calls, for whom, whether such a caller has any business with the method, and
/// whether a user's password is needed. What exactly the caller may do to what is the engine's to
/// say.
struct Admission<Request: AdmissibleRequest> {
  let header: FrameHeader
  let request: Request
  /// Of the request, in bytes.
  let size: Int
  /// The connection's caller, or the user for whom it makes this call.
  let caller: TesseraEngine.Caller
  let rights: CallerRights
  /// The password that is checked before the change is made; nil where none is.
  let check: PasswordCheck?
  let now: Timestamp
}

extension Connection {
  /// Lets a call in, or refuses it.
  func admit<Request: AdmissibleRequest>(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: borrowing ReactorCore,
    _ burst: Burst
  ) throws(Refusal) -> Admission<Request> {
    guard var caller else { throw .unauthenticated }
    var rights = try Connection.rights(of: caller, core, burst.now)
    let request = try read(payload, as: Request.self)
    if let user = request.context?.actAs {
      caller = try core.reader.acting(as: user, through: caller, now: burst.now)
      rights = try Connection.rights(of: caller, core, burst.now)
    }
    try request.rule(for: rights.user).require(rights)
    return Admission(
      header: header, request: request, size: payload.byteCount, caller: caller, rights: rights,
      check: try passwordCheck(request, caller, rights, core), now: burst.now)
  }

  /// What the caller may do now; refused where what it authenticated with has ended.
  static func rights(
    of caller: TesseraEngine.Caller, _ core: borrowing ReactorCore, _ now: Timestamp
  ) throws(Refusal) -> CallerRights {
    guard let rights = core.reader.rights(of: caller, now: now) else { throw .callerEnded }
    return rights
  }

  /// The password that confirms a user's change; nil where the change needs none, or was confirmed.
  private func passwordCheck(
    _ request: some AdmissibleRequest, _ caller: TesseraEngine.Caller, _ rights: CallerRights,
    _ core: borrowing ReactorCore
  ) throws(Refusal) -> PasswordCheck? {
    guard core.services.confirmsChanges, request.needsConfirmation, let user = rights.user
    else { return nil }
    guard let key = Confirmations.Key(caller, rights) else {
      // Users without a password are confirmed by the product that acts for them.
      if case .acting = caller { return nil }
      throw .nothingToConfirmWith
    }
    // Who has confirmed need not do so again, and takes no time from those who have not.
    if confirmations.holds(key, now: core.now) { return nil }
    let given = request.context?.password ?? Secret([])
    guard !given.bytes.isEmpty else { throw .notConfirmed }
    let check = PasswordCheck(
      user: user, password: given, field: "context.password", confirmation: key)
    try check.requireLength()
    return check
  }
}

extension Confirmations.Key {
  /// nil where the caller is no user's, or the user has no password to confirm anything with.
  init?(_ caller: TesseraEngine.Caller, _ rights: CallerRights) {
    guard let session = rights.userByPassword else { return nil }
    self.init(actor: caller.actor, session: session)
  }
}

extension PasswordCheck {
  /// Before it is hashed: nobody has a longer one.
  func requireLength() throws(Refusal) {
    guard password.bytes.count <= Limits.passwordBytes.upperBound else {
      throw Refusal(
        .invalidArgument, "a password has at most \(Limits.passwordBytes.upperBound) bytes",
        field: field)
    }
  }
}

extension Refusal {
  static let unauthenticated = Refusal(
    .unauthenticated, "call Authenticate first, or connect with a certificate that is known here")

  fileprivate static let notConfirmed = Refusal(
    .failedPrecondition,
    "a user's changes need the user's password: give it here; it then holds on this connection for "
      + "\(Limits.confirmationLasts.components.seconds / 60) minutes",
    field: "context.password")

  fileprivate static let nothingToConfirmWith = Refusal(
    .failedPrecondition,
    "a user's changes need the user's password, and this user has none: make the change through the "
      + "product that acts for the user, or revoke a token by its value",
    field: "context.password")
}
