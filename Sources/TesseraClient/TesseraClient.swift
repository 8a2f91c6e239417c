import Synchronization
import TesseraModel
import TesseraSystem
import TesseraWire

/// A connection to a token authority: one to hold for the life of the program, used from any task.
///
/// Calls share a few connections, many on each at a time. A lost connection is made anew, and calls
/// that are safe to repeat are repeated, within their timeout. The connections are made at the
/// first call and closed when the last reference to the client is gone, or by ``close()``.
public final class TesseraClient: TokenAuthority {
  private let core: Core
  /// How long a call may take, its repetitions included.
  public let timeout: Duration

  /// Reads the certificates that the configuration names; connects at the first call.
  ///
  /// - Throws: ``TesseraError/configuration(_:)``.
  public convenience init(_ configuration: Configuration) throws(TesseraError) {
    self.init(try Core(configuration), timeout: configuration.timeout)
  }

  private init(_ core: Core, timeout: Duration) {
    self.core = core
    self.timeout = timeout
  }

  /// The same client, whose calls may take so long.
  public func with(timeout: Duration) -> TesseraClient { TesseraClient(core, timeout: timeout) }

  /// Ends the connections. Calls under way end with ``TesseraError/closed``, changes among them
  /// with ``TesseraError/outcomeUnknown(_:)``; later calls are refused.
  public func close() async {
    core.mailbox.close()
    await core.mailbox.awaitEnd()
  }
}

extension TesseraClient {
  public func validate(_ request: ValidateRequest) async throws(TesseraError) -> Validation {
    Validation(try await call(request))
  }

  public func validateBatch(
    _ requests: [ValidateRequest]
  ) async throws(TesseraError) -> [Validation] {
    let response = try await call(ValidateBatchRequest(requests))
    guard response.responses.count == requests.count else {
      throw .protocolViolation("a batch has as many answers as requests")
    }
    return response.responses.map(Validation.init)
  }

  public func issue(_ request: IssueRequest) async throws(TesseraError) -> IssuedToken {
    let response = try await call(request, isRepeatable: !request.idempotencyKey.isEmpty)
    guard let token = response.token, response.replayed || response.value != nil else {
      throw .protocolViolation("the answer to Issue lacks the token or its value")
    }
    return IssuedToken(
      value: response.value, token: token, warnings: response.warnings,
      isReplay: response.replayed, revision: response.revision)
  }

  public func update(_ request: UpdateRequest) async throws(TesseraError) -> UpdatedToken {
    var isRepeatable = request.ifVersion != nil
    // A lifetime ends at another moment each time, so a repetition would be refused for its version.
    if case .after = request.expiry { isRepeatable = false }
    let response = try await call(request, isRepeatable: isRepeatable)
    guard let token = response.token else {
      throw .protocolViolation("the answer to Update lacks the token")
    }
    return UpdatedToken(token: token, warnings: response.warnings, revision: response.revision)
  }

  public func regenerate(_ request: RegenerateRequest) async throws(TesseraError) -> IssuedToken {
    let response = try await call(request, isRepeatable: false)
    guard let token = response.token, let value = response.value else {
      throw .protocolViolation("the answer to Regenerate lacks the token or its value")
    }
    return IssuedToken(
      value: value, token: token, warnings: response.warnings, revision: response.revision)
  }

  public func revoke(_ request: RevokeRequest) async throws(TesseraError) -> RevocationReport {
    // By a filter without an end, a repetition would also revoke what was issued since.
    var isRepeatable = true
    if case .filter(let filter) = request.target { isRepeatable = filter.issuedBefore != nil }
    let response = try await call(request, isRepeatable: isRepeatable)
    return RevocationReport(response.outcomes, revision: response.revision)
  }

  public func list(_ request: ListRequest) async throws(TesseraError) -> TokenPage {
    let response = try await call(request)
    return TokenPage(
      response.tokens, nextPageToken: response.nextPageToken, revision: response.revision)
  }

  public func get(_ id: TokenID) async throws(TesseraError) -> Token {
    guard let token = try await call(GetRequest(id)).token else {
      throw .protocolViolation("the answer to Get lacks the token")
    }
    return token
  }

  /// Who the authority takes the caller for, and what it may do now.
  public func whoAmI() async throws(TesseraError) -> Caller {
    guard let caller = try await call(WhoAmIRequest()).caller else {
      throw .protocolViolation("the answer to WhoAmI lacks the caller")
    }
    return caller
  }

  /// How the authority is. Needs no credential.
  public func health() async throws(TesseraError) -> HealthResponse {
    try await call(HealthRequest())
  }

  private func call<Request: RequestMessage>(
    _ request: Request, isRepeatable: Bool = true
  ) async throws(TesseraError) -> Request.Response {
    let answer = await core.call(
      Request.method, request.encoded, isRepeatable: isRepeatable, timeout: timeout)
    let payload = try answer.get()
    do {
      return try unsafe Request.Response(decoding: payload.span.bytes)
    } catch {
      throw .protocolViolation("the answer cannot be read: \(error)")
    }
  }
}

/// What all views of one client share. The thread ends with it.
private final class Core: Sendable {
  let mailbox: Mailbox
  private let lastID = Atomic<UInt64>(0)

  init(_ configuration: TesseraClient.Configuration) throws(TesseraError) {
    let settings = try Settings(configuration)
    do {
      let mailbox = try Mailbox(callLimit: configuration.callLimit)
      self.mailbox = mailbox
      _ = try Thread(name: "tessera-client") { ClientLoop.run(settings, mailbox) }
    } catch {
      throw .configuration(error.description)
    }
  }

  deinit { mailbox.close() }

  func call(
    _ method: Method, _ payload: [UInt8], isRepeatable: Bool, timeout: Duration
  ) async -> Result<[UInt8], TesseraError> {
    guard payload.count + FrameHeader.countedBytes <= Limits.frameLength else {
      return .failure(
        .refused(
          Refusal(
            .invalidArgument,
            "the request is over the limit of \(Limits.frameLength) bytes; ask for less at once")))
    }
    let id = CallID(rawValue: lastID.wrappingAdd(1, ordering: .relaxed).newValue)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        mailbox.submit(
          Call(
            id: id, method: method, payload: payload, isRepeatable: isRepeatable,
            deadline: Instant.now + timeout, finish: { continuation.resume(returning: $0) }))
        // The handler may have run before there was a call to cancel.
        if Task.isCancelled { mailbox.cancel(id) }
      }
    } onCancel: {
      mailbox.cancel(id)
    }
  }
}
