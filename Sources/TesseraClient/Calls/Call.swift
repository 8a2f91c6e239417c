import TesseraModel

/// A call's number among all of a client's calls, whatever connection it is on.
struct CallID: RawRepresentable, Hashable, Sendable {
  let rawValue: UInt64
}

/// A call that somebody waits for: the question, until when, and who is to be told.
struct Call: Sendable {
  let id: CallID
  let method: Method
  /// The request message.
  let payload: [UInt8]
  /// Whether carrying it out twice is as good as once.
  let isRepeatable: Bool
  let deadline: Instant
  /// How often it was tried in vain.
  var failedAttempts = 0
  /// Called exactly once, with the response message or why there is none.
  let finish: @Sendable (Result<[UInt8], TesseraError>) -> Void

  init(
    id: CallID, method: Method, payload: [UInt8], isRepeatable: Bool, deadline: Instant,
    finish: @escaping @Sendable (Result<[UInt8], TesseraError>) -> Void
  ) {
    self.id = id
    self.method = method
    self.payload = payload
    self.isRepeatable = isRepeatable
    self.deadline = deadline
    self.finish = finish
  }
}
