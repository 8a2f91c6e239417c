/// Why a call gave no answer. Never holds a secret.
///
/// A token that does not pass is no error: see ``Validation``.
public enum TesseraError: Error, Equatable, Sendable {
  /// The configuration cannot be used: a file that cannot be read, an address that is none.
  case configuration(String)
  /// No connection to the authority could be made or kept. The call was not carried out, or may be
  /// repeated safely.
  case unreachable(String)
  /// A certificate was refused: the authority's by this side, or this side's by the authority.
  case certificate(String)
  /// What answers at the address does not speak the protocol's TLS.
  case tls(String)
  /// The authority does not know the caller, or no longer.
  case unauthenticated(Refusal)
  /// A user's change needs the user's password, and none was given or a wrong one: ask for it, and
  /// call again with ``TesseraClient/confirming(with:)``.
  case unconfirmed(Refusal)
  /// The authority understood the call and did not carry it out.
  case refused(Refusal)
  /// No answer came in time. A change that was asked for may have been made all the same.
  case deadlineExceeded
  /// The task was cancelled. A change that was asked for may have been made all the same.
  case cancelled
  /// More calls wait than the configuration allows; none was sent.
  case overloaded
  /// The authority sent what the protocol does not allow.
  case protocolViolation(String)
  /// The connection was lost after a change was asked for and before it was answered, and repeating
  /// it might make the change twice. An idempotency key makes an Issue repeatable.
  case outcomeUnknown(String)
  /// The client was closed.
  case closed
}

extension TesseraError: CustomStringConvertible {
  /// What was wrong and what to do about it, in one line.
  public var description: String {
    switch self {
    case .configuration(let reason): reason
    case .unreachable(let reason): "the authority cannot be reached: \(reason)"
    case .certificate(let reason):
      "\(reason); check the authority's certificate, its name and the CA that is trusted"
    case .tls(let reason): "\(reason); check that the address is the authority's RPC port"
    case .unauthenticated(let refusal): "the authority does not know the caller: \(refusal.message)"
    case .unconfirmed(let refusal): "the change was not confirmed: \(refusal.message)"
    case .refused(let refusal):
      refusal.field.isEmpty
        ? "\(refusal.code.name): \(refusal.message)"
        : "\(refusal.code.name): \(refusal.field): \(refusal.message)"
    case .deadlineExceeded:
      "no answer came in time; a change that was asked for may have been made all the same"
    case .cancelled: "the call was cancelled"
    case .overloaded: "too many calls are waiting; try again when some are answered"
    case .protocolViolation(let reason): "the authority broke the protocol: \(reason)"
    case .outcomeUnknown(let reason):
      "it is not known whether the change was made: \(reason); look before asking again"
    case .closed: "the client is closed"
    }
  }
}

extension TesseraError {
  /// How long the authority asks to wait before another attempt; nil where it does not.
  public var retryAfter: Duration? {
    switch self {
    case .unauthenticated(let refusal), .unconfirmed(let refusal), .refused(let refusal):
      refusal.retryAfterMilliseconds == 0
        ? nil : .milliseconds(Int64(refusal.retryAfterMilliseconds))
    default: nil
    }
  }

  /// The error for an answer whose status is not OK.
  init(answered refusal: Refusal) {
    switch refusal.code {
    case .unauthenticated where refusal.isAboutConfirmation,
      .failedPrecondition where refusal.isAboutConfirmation:
      self = .unconfirmed(refusal)
    case .unauthenticated: self = .unauthenticated(refusal)
    case .deadlineExceeded: self = .deadlineExceeded
    case .cancelled: self = .cancelled
    default: self = .refused(refusal)
    }
  }

  /// Whether another attempt to connect can hardly end otherwise, so that calls need not wait for
  /// it.
  var isLasting: Bool {
    switch self {
    case .certificate, .tls, .unauthenticated, .configuration, .protocolViolation: true
    default: false
    }
  }
}

extension Refusal {
  /// Whether it is the password in the call's context that is at fault, and not the caller.
  fileprivate var isAboutConfirmation: Bool { field == "context.password" }
}
