import TesseraModel

/// Which calls are tried again, and when. Nothing that might be carried out twice is, unless that
/// is as good as once.
struct RetryRule: Sendable {
  enum Next: Equatable {
    case fail(TesseraError)
    case again(after: Duration)
  }

  let attempts: Int
  let firstDelay: Duration
  let longestDelay: Duration

  /// The authority answered that it did not do what was asked.
  ///
  /// - Parameter isUndone: the answer came after a goaway and is UNAVAILABLE, which guarantees that
  ///   the call was not carried out.
  func afterRefusal(
    _ refusal: Refusal, of call: Call, isUndone: Bool, now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Next {
    let error = TesseraError(answered: refusal)
    if refusal.isOutcomeUnknown, !call.isRepeatable {
      return .fail(.outcomeUnknown(refusal.message))
    }
    guard refusal.code == .unavailable, call.isRepeatable || isUndone else { return .fail(error) }
    let asked = Duration.milliseconds(Int64(refusal.retryAfterMilliseconds))
    return again(call, or: error, notBefore: asked, now: now, using: &random)
  }

  /// The connection was lost while the call was under way.
  func afterLoss(
    of call: Call, _ reason: TesseraError, now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Next {
    guard call.isRepeatable else { return .fail(.outcomeUnknown(reason.description)) }
    return again(call, or: reason, notBefore: .zero, now: now, using: &random)
  }

  private func again(
    _ call: Call, or error: TesseraError, notBefore: Duration, now: Instant,
    using random: inout some RandomNumberGenerator
  ) -> Next {
    guard call.failedAttempts + 1 < attempts else { return .fail(error) }
    let wait = Backoff.wait(
      after: call.failedAttempts + 1, first: firstDelay, longest: longestDelay, using: &random)
    let delay = max(wait, notBefore)
    // No answer can come in time: what is known now says more than a passed deadline would.
    return now + delay < call.deadline ? .again(after: delay) : .fail(error)
  }
}
