import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Authenticate, WhoAmI and Health.
extension Connection {
  mutating func authenticate(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) throws(Refusal) {
    let request = try read(payload, as: AuthenticateRequest.self)
    guard caller == nil else { throw .callerKnown }
    guard calls.authentications == 0 else {
      throw Refusal(
        .failedPrecondition,
        "an Authenticate is in flight on this connection; wait for its answer")
    }
    switch request.credential {
    case nil: throw Refusal(.invalidArgument, "show a token, or a password", field: "credential")
    case .password(let password): try signIn(password, header, payload.byteCount, &core)
    case .token(let value):
      let caller = try self.caller(showing: value, core, burst.now)
      adopt(caller)
      burst.validationRights = nil
      let shown = try Connection.describe(caller, core, burst.now)
      answer(header.call, AuthenticateResponse(caller: shown), &replies)
    }
  }

  func whoAmI(
    _ call: Admission<WhoAmIRequest>, _ core: borrowing ReactorCore, _ replies: inout ByteBuffer
  ) {
    let shown = TesseraWire.Caller(
      call.caller, call.rights, core.reader.details(of: call.caller, now: call.now))
    answer(call.header.call, WhoAmIResponse(caller: shown), &replies)
  }

  func health(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: borrowing ReactorCore,
    _ replies: inout ByteBuffer
  ) throws(Refusal) {
    _ = try read(payload, as: HealthRequest.self)
    var response = HealthResponse()
    response.status = core.services.status.serving
    response.reason = core.services.status.readOnlyReason ?? ""
    response.version = Server.version
    response.revision = core.reader.revision
    response.startedAt = core.services.status.startedAt
    response.tokens = UInt64(core.reader.tokenCount)
    answer(call, response, &replies)
  }

  /// The certificate's holder is the caller, where the configuration maps it. One that has ended, or
  /// whose authority is not trusted any more, is nobody's for the rest of the connection.
  mutating func lookUpCertificate(_ core: borrowing ReactorCore, _ now: Timestamp) {
    let isOfNow = certificateGeneration == core.identityGeneration
    certificateGeneration = core.identityGeneration
    guard let certificate else { return }
    let isGood =
      now < certificateEnd
      && (isOfNow || session.clientIsTrusted(by: core.identity.tls))
    if !isGood {
      self.certificate = nil
      certificateEnd = .latest
    }
    // Who showed a token or a password too stays who that says.
    switch caller {
    case .token, .user, .acting: return
    case .certificate, nil: adopt(isGood ? core.certificates.caller(certificate) : nil)
    }
  }

  /// Before calls are taken: the configuration may have changed since the last, or the certificate
  /// has ended.
  @inline(__always)
  mutating func lookUpCertificateAgain(_ core: borrowing ReactorCore, _ now: Timestamp) {
    if certificateGeneration != core.identityGeneration || now >= certificateEnd {
      lookUpCertificate(core, now)
    }
  }

  private static func caller(
    showing value: Secret, _ core: borrowing ReactorCore, _ now: Timestamp
  ) throws(Refusal) -> TesseraEngine.Caller {
    let mayBeHeld =
      unsafe TokenValue.hasGoodChecksum(value.bytes.span.bytes)
      || core.reader.looksUpUnchecked
    guard value.bytes.count <= Limits.tokenValueBytes, mayBeHeld else {
      throw Refusal(
        .unauthenticated, "the value is not a token; check that it was copied whole",
        field: "token")
    }
    let digest = unsafe SHA256.digest(of: value.bytes.span.bytes)
    return try core.reader.authenticate(digest, now: now).get()
  }

  /// Who shows a value. What lets nobody in is counted, and told to the log.
  private mutating func caller(
    showing value: Secret, _ core: borrowing ReactorCore, _ now: Timestamp
  ) throws(Refusal) -> TesseraEngine.Caller {
    do throws(Refusal) {
      return try Connection.caller(showing: value, core, now)
    } catch {
      wrongTokens += 1
      core.services.counters.count(.tokensRefused)
      core.services.refusals.noteToken()
      throw error
    }
  }

  /// What Authenticate tells its caller.
  static func describe(
    _ caller: TesseraEngine.Caller, _ core: borrowing ReactorCore, _ now: Timestamp
  ) throws(Refusal) -> TesseraWire.Caller {
    TesseraWire.Caller(
      caller, try rights(of: caller, core, now), core.reader.details(of: caller, now: now))
  }
}

extension TesseraWire.Caller {
  fileprivate init(
    _ caller: TesseraEngine.Caller, _ rights: CallerRights,
    _ details: TesseraEngine.TokenDetails?
  ) {
    self.init()
    actor = caller.actor
    permissions = rights.permissions
    expiresAt = rights.expiresAt
    isAdmin = rights.isAdmin
    owner = rights.user
    switch caller {
    case .certificate(let name, _): self.name = name
    case .user, .acting: break
    case .token:
      kind = rights.kind
      name = details?.name ?? ""
      projects = details?.projects
      environment = details?.environment
      scopes = details?.scopes
    }
  }
}

extension Refusal {
  static let callerKnown = Refusal(
    .failedPrecondition,
    "the caller of this connection is known; open another connection for another caller")
}
