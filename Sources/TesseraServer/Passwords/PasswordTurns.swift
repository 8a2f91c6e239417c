import TesseraModel

/// The passwords that wait for scrypt, in the order they came, but for strangers' sign-ins: these wait
/// until no caller who is known does, so that nobody can hold up the others from outside.
struct PasswordTurns {
  private var known: [PasswordRequest] = []
  private var strangers: [PasswordRequest] = []

  var isEmpty: Bool { known.isEmpty && strangers.isEmpty }

  /// False where too many of its sort wait already.
  mutating func add(_ request: PasswordRequest) -> Bool {
    let waiting = request.isStrangers ? strangers.count : known.count
    guard waiting < Limits.passwordsWaiting else { return false }
    if request.isStrangers { strangers.append(request) } else { known.append(request) }
    return true
  }

  mutating func next() -> PasswordRequest? {
    if !known.isEmpty { return known.removeFirst() }
    return strangers.isEmpty ? nil : strangers.removeFirst()
  }
}
