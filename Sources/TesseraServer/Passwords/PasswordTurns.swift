import TesseraModel

/// The passwords that wait for scrypt: callers take turns, and so do the places that strangers come
/// from. Of four turns one is a stranger's where both wait, so that neither holds the others up.
struct PasswordTurns {
  private var known = Turns<PasswordRequest>(limit: Limits.passwordsWaiting)
  private var strangers = Turns<PasswordRequest>(limit: Limits.passwordsWaiting)
  /// Turns of known callers since the last that was a stranger's.
  private var knownInARow = 0

  var isEmpty: Bool { known.isEmpty && strangers.isEmpty }

  /// Adds a request, and gives back the one for which there is no place, and why.
  mutating func add(
    _ request: PasswordRequest
  ) -> (dropped: PasswordRequest, refusal: Refusal)? {
    if request.isStrangers {
      return strangers.add(request, of: request.party).map { ($0, .passwordQueueFull) }
    }
    guard known.elements(of: request.party).count < Limits.passwordsPerCaller else {
      return (request, .tooManyPasswords)
    }
    return known.add(request, of: request.party).map { ($0, .passwordQueueFull) }
  }

  mutating func next() -> PasswordRequest? {
    if knownInARow < PasswordTurns.knownAtOnce, let (_, request) = known.next() {
      knownInARow += 1
      return request
    }
    knownInARow = 0
    return strangers.next()?.1 ?? known.next()?.1
  }

  private static let knownAtOnce = 3
}

extension Refusal {
  static let passwordQueueFull = Refusal(
    .resourceExhausted, "more passwords are waiting to be checked than the authority takes",
    retryAfterMilliseconds: 1_000)

  static let tooManyPasswords = Refusal(
    .resourceExhausted,
    "the caller has \(Limits.passwordsPerCaller) calls waiting for which passwords are checked or "
      + "hashed; wait for one", retryAfterMilliseconds: 100)
}
