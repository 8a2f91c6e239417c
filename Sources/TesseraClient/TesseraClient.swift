import TesseraModel
import TesseraWire

/// A connection to a token authority: one to hold for the life of the program, used from any task.
///
/// Calls share a few connections, many on each at a time. A lost connection is made anew, and calls
/// that are safe to repeat are repeated, within their timeout. The connections are made at the
/// first call and closed when the last reference to the client is gone, or by ``close()``.
public final class TesseraClient: AuthorityAdministration {
  private let core: ClientCore
  /// How long a call may take, its repetitions included.
  public let timeout: Duration
  /// What calls carry beside what they ask, where they do not say it themselves.
  private let context: CallContext

  /// Reads the certificates that the configuration names; connects at the first call.
  ///
  /// - Throws: ``TesseraError/configuration(_:)``.
  public convenience init(_ configuration: Configuration) throws(TesseraError) {
    self.init(
      try ClientCore(configuration), timeout: configuration.timeout, context: CallContext())
  }

  private init(_ core: ClientCore, timeout: Duration, context: CallContext) {
    self.core = core
    self.timeout = timeout
    self.context = context
  }

  /// The same client, whose calls may take so long.
  public func with(timeout: Duration) -> TesseraClient {
    TesseraClient(core, timeout: timeout, context: context)
  }

  /// The same client, whose calls are made for a user and with that user's rights: what a product's
  /// own dashboard does. The caller needs the permission `users.act_as`. Validations and
  /// ``health()`` are asked as the caller itself.
  public func acting(as user: UserID) -> TesseraClient {
    TesseraClient(
      core, timeout: timeout, context: CallContext(actAs: user, password: context.password))
  }

  /// The same client, whose calls carry the user's password again, as a user's changes need:
  /// the password of whom the calls are made for, or else of whose token is shown or who
  /// signed in. Where it is wrong, they end with ``TesseraError/unconfirmed(_:)``.
  public func confirming(with password: Secret) -> TesseraClient {
    TesseraClient(
      core, timeout: timeout, context: CallContext(actAs: context.actAs, password: password))
  }

  /// Ends the connections, of all that are the same client. Calls under way end with
  /// ``TesseraError/closed``, changes among them with ``TesseraError/outcomeUnknown(_:)``; later
  /// calls are refused.
  public func close() async {
    core.mailbox.close()
    await core.mailbox.awaitEnd()
  }
}

extension TesseraClient {
  /// Makes a call that says for whom it is made.
  ///
  /// - Parameter isRepeatable: whether carrying it out twice is as good as once.
  func call<Request: ContextualRequest>(
    _ request: Request, isRepeatable: Bool = true
  ) async throws(TesseraError) -> Request.Response {
    var request = request
    var asked = request.context ?? CallContext()
    asked.actAs = asked.actAs ?? context.actAs
    asked.password = asked.password ?? context.password
    request.context = asked == CallContext() ? nil : asked
    return try await send(request, isRepeatable)
  }

  /// Makes a call that is for nobody but the caller itself, and may be repeated.
  func callForItself<Request: RequestMessage>(
    _ request: Request
  ) async throws(TesseraError) -> Request.Response {
    try await send(request, true)
  }

  private func send<Request: RequestMessage>(
    _ request: Request, _ isRepeatable: Bool
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
