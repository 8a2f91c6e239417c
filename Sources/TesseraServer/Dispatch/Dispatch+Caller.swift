import TesseraBytes
import TesseraCrypto
import TesseraEngine
import TesseraModel
import TesseraWire

/// Authenticate, WhoAmI and Health.
extension Connection {
  mutating func authenticate(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) throws(Refusal) {
    let request = try read(payload, as: AuthenticateRequest.self)
    guard caller == nil else {
      throw Refusal(
        .failedPrecondition,
        "the caller of this connection is known; open another connection for another caller")
    }
    switch request.credential {
    case nil: throw Refusal(.invalidArgument, "show a token", field: "credential")
    case .password:
      throw Refusal(.unimplemented, "signing in by password is not available", field: "password")
    case .token(let value):
      guard value.bytes.count <= Limits.tokenValueBytes,
        unsafe TokenValue.hasGoodChecksum(value.bytes.span.bytes)
      else {
        throw Refusal(
          .unauthenticated, "the value is not a token; check that it was copied whole",
          field: "token")
      }
      let digest = unsafe SHA256.digest(of: value.bytes.span.bytes)
      caller = try core.reader.authenticate(digest, now: burst.now).get()
      burst.validationRights = nil
    }
    answer(call, AuthenticateResponse(caller: try describeCaller(core, burst.now)), &replies)
  }

  func whoAmI(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: borrowing ReactorCore,
    _ replies: inout ByteBuffer, _ burst: Burst
  ) throws(Refusal) {
    _ = try read(payload, as: WhoAmIRequest.self)
    answer(call, WhoAmIResponse(caller: try describeCaller(core, burst.now)), &replies)
  }

  func health(
    _ call: CallNumber, _ payload: borrowing RawSpan, _ core: borrowing ReactorCore,
    _ replies: inout ByteBuffer
  ) throws(Refusal) {
    _ = try read(payload, as: HealthRequest.self)
    var response = HealthResponse()
    response.status = core.services.status.serving
    response.version = Server.version
    response.revision = core.reader.revision
    response.startedAt = core.services.status.startedAt
    response.tokens = UInt64(core.reader.tokenCount)
    answer(call, response, &replies)
  }

  /// The certificate's holder is the caller, where the configuration maps it.
  mutating func lookUpCertificate(_ core: borrowing ReactorCore) {
    guard let certificate else { return }
    certificateGeneration = core.identityGeneration
    // Who showed a token too stays who the token says.
    if case .token = caller { return }
    caller = core.certificates.caller(certificate)
  }

  /// Before calls are taken: the configuration may have changed since the last.
  @inline(__always)
  mutating func lookUpCertificateAgain(_ core: borrowing ReactorCore) {
    if certificateGeneration != core.identityGeneration { lookUpCertificate(core) }
  }

  private func describeCaller(
    _ core: borrowing ReactorCore, _ now: Timestamp
  ) throws(Refusal) -> TesseraWire.Caller {
    let (caller, rights) = try requireRights(core, now)
    return TesseraWire.Caller(caller, rights, core.reader.details(of: caller, now: now))
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
    switch caller {
    case .certificate(let name, _): self.name = name
    case .token:
      kind = rights.kind
      owner = rights.owner
      name = details?.name ?? ""
      projects = details?.projects
      environment = details?.environment
      scopes = details?.scopes
    }
  }
}
