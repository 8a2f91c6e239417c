import TesseraClient

/// How a command ended, for scripts. The numbers from 64 on are those of sysexits.h.
enum CommandStatus: Int32, Error {
  case yes = 0
  /// The authority answered, and the answer is no.
  case no = 1
  case usage = 64
  case unreachable = 69
  /// A file of this machine cannot be written.
  case fileError = 74
  case tryAgain = 75
  case brokenProtocol = 76
  case denied = 77
  case configuration = 78

  init(_ error: TesseraError) {
    self =
      switch error {
      case .configuration, .certificate: .configuration
      case .unreachable: .unreachable
      case .tls, .protocolViolation: .brokenProtocol
      case .unauthenticated, .unconfirmed: .denied
      case .refused(let refusal): CommandStatus(refusal.code)
      case .deadlineExceeded, .cancelled, .overloaded, .outcomeUnknown, .closed: .tryAgain
      }
  }

  init(_ code: StatusCode) {
    self =
      switch code {
      case .ok: .yes
      case .notFound, .alreadyExists, .failedPrecondition: .no
      case .invalidArgument, .outOfRange: .usage
      case .permissionDenied, .unauthenticated: .denied
      case .unavailable, .resourceExhausted, .aborted, .deadlineExceeded, .cancelled: .tryAgain
      case .unknown, .unimplemented, .internal, .dataLoss: .brokenProtocol
      }
  }
}

extension TesseraError {
  /// What was wrong and what to do next, in one line for the terminal.
  var advice: String {
    guard let wait = retryAfter else { return lastingAdvice }
    let seconds = wait.wholeSeconds
    return "\(lastingAdvice); try again in \(seconds) \(seconds == 1 ? "second" : "seconds")"
  }

  /// The same, but for how long to wait.
  private var lastingAdvice: String {
    switch self {
    case .unreachable:
      "\(self); check that it runs, and the address (--address or TESSERA_ADDRESS)"
    case .certificate: "\(self) (--ca or TESSERA_CA)"
    case .unauthenticated:
      "\(self); run 'tessera login', or give a token that is valid (--token-file or "
        + "TESSERA_TOKEN_FILE), or a certificate that the authority knows (--client-certificate)"
    case .deadlineExceeded: "\(self); try again, with a longer --timeout perhaps"
    default: description
    }
  }
}

extension Duration {
  /// Rounded up.
  fileprivate var wholeSeconds: Int64 {
    components.seconds + (components.attoseconds > 0 ? 1 : 0)
  }
}
