import TesseraModel

/// What a run counted.
struct Tally {
  var callsSent = 0
  /// Calls that were answered, and the tokens they were about.
  var calls = 0
  var tokens = 0
  var allowed = 0
  /// Calls with a status other than OK, and what the first said.
  private(set) var callsFailed = 0
  private(set) var firstFailure: String?
  /// Calls of the schedule that are due and find no connection free.
  var callsUnsent = 0
  var latency = Latency()

  /// While calls were sent: how long that was, the tokens answered, and the server's processor
  /// time.
  var elapsedNanoseconds: Int64 = 0
  var tokensInTime = 0
  var serverSeconds: Double?

  var callsUnanswered: Int { callsSent - calls }

  mutating func note(failure status: StatusCode, _ payload: borrowing RawSpan) {
    callsFailed += 1
    if firstFailure == nil { firstFailure = describeFailure(status, payload) }
  }
}
