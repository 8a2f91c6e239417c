/// Why a password is not shown again by itself.
enum SignInHold {
  /// The authority refused it, until then or for good. Calls are told so.
  case refused(TesseraError, until: Instant?)
  /// The connection was lost before the authority said. It is tried again where a call waits for
  /// it.
  case unanswered
}

// A password that was shown in vain. The authority counts wrong ones and makes everybody wait who
// signs in as that user, so that it is shown again only where it may be right and somebody wants
// it.
extension ClientLoop {
  func signInFailed(_ error: TesseraError, _ now: Instant) {
    outage = nil
    retryAt = now + backoff.next(using: &random)
    switch error {
    case .unauthenticated: signInHold = .refused(error, until: nil)
    case .refused:
      signInHold = .refused(error, until: max(retryAt, now + (error.retryAfter ?? .zero)))
    default:
      signInHold = .unanswered
      guard !hasOpen else { return }
      for call in queue.countFailure(attempts: settings.retry.attempts) { fail(call, error) }
      return
    }
    refuseWaiting(error)
  }

  /// Whether the next connection may begin, where one is due.
  func maySignIn(_ now: Instant) -> Bool {
    guard let hold = signInHold else { return true }
    guard queue.hasReady else { return false }
    if case .refused(let error, let until) = hold {
      guard let until, now >= until else {
        refuseWaiting(error)
        return false
      }
      signInHold = .unanswered
    }
    return true
  }

  /// Whether the next connection waits for nothing but its time.
  var mayTryWithoutCall: Bool {
    switch signInHold {
    case nil: true
    case .unanswered: queue.hasReady
    case .refused: false
    }
  }

  private func refuseWaiting(_ error: TesseraError) {
    guard !hasOpen else { return }
    for call in queue.takeAll() { fail(call, error) }
  }
}
