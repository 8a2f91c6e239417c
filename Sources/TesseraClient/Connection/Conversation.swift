import TesseraBytes
import TesseraModel
import TesseraWire

/// The protocol's side of one connection, after TLS: who the caller is, then calls and their
/// answers. A plain value: bytes that came go in, bytes to be sent are appended to a buffer, and
/// what happened is returned.
struct Conversation: ~Copyable {
  enum Event {
    /// Calls may be sent.
    case opened
    case answered(Call, Answer)
    /// The authority ends the connection; nothing more may be sent.
    case goingAway(reason: String)
  }

  struct Answer: Equatable {
    var status: StatusCode
    var payload: [UInt8]
    /// Whether a status of UNAVAILABLE guarantees that the call was not carried out.
    var followsGoaway: Bool
  }

  /// The number of the one call that is not the table's.
  static let authentication = CallNumber(rawValue: 1)

  private let frames = FrameReader(side: .client)
  private(set) var isOpen = false
  /// Whether the authority has said that it ends the connection: from then on an answer of
  /// UNAVAILABLE means that the call was not carried out.
  private var hasHeardGoaway = false
  /// Whether a password was sent.
  private var showsPassword = false
  var calls: CallTable

  init(callLimit: Int = Limits.callsInFlight) { calls = CallTable(limit: callLimit) }

  /// Begins, with who the caller is. Returns whether calls may be sent at once.
  mutating func begin(
    showing credential: AuthenticateRequest?, timeoutMilliseconds: UInt32,
    into output: inout ByteBuffer
  ) -> Bool {
    guard let credential else {
      isOpen = true
      return true
    }
    output.appendFrame(
      .request(
        .authenticate, call: Conversation.authentication,
        timeoutMilliseconds: timeoutMilliseconds), credential)
    if case .password = credential.credential { showsPassword = true }
    return false
  }

  /// Whether a password was shown that has not let the caller in, or not yet.
  var isSigningIn: Bool { showsPassword && !isOpen }

  /// Sends a call.
  ///
  /// - Precondition: the conversation is open and the table has room; the payload fits a frame.
  mutating func send(_ call: Call, now: Instant, into output: inout ByteBuffer) {
    let left = max(1, now.milliseconds(until: call.deadline))
    let header = FrameHeader.request(
      call.method, call: calls.begin(call),
      timeoutMilliseconds: UInt32(clamping: left))
    output.appendFrameHeader(header, payloadBytes: call.payload.count)
    output.append(call.payload)
  }

  /// Gives a call up; nil where it is not under way here.
  mutating func cancel(_ id: CallID, into output: inout ByteBuffer) -> Call? {
    guard let (number, call) = calls.cancel(id) else { return nil }
    output.appendBareFrame(.cancel, call: number)
    return call
  }

  /// Gives up the calls whose deadline has passed.
  mutating func expire(_ now: Instant, into output: inout ByteBuffer) -> [Call] {
    calls.takeOverdue(now).map { number, call in
      output.appendBareFrame(.cancel, call: number)
      return call
    }
  }

  /// Takes the whole frames in `input`, and appends what they say to `events`. What it throws ends
  /// the connection; what came before stands.
  mutating func take(
    _ input: inout ByteBuffer, answering output: inout ByteBuffer, _ events: inout [Event]
  ) throws(TesseraError) {
    var consumed = 0
    defer { input.consume(consumed) }
    while true {
      switch frames.next(in: input.bytes, from: consumed) {
      case .incomplete: return
      case .violation(let violation):
        output.appendGoaway(violation.status, reason: violation.description)
        throw .protocolViolation(violation.description)
      case .frame(let header, let payload):
        consumed = payload.upperBound
        let bytes = input.bytes.extracting(payload)
        if let event = try event(header, bytes, &output) { events.append(event) }
      }
    }
  }

  private mutating func event(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ output: inout ByteBuffer
  ) throws(TesseraError) -> Event? {
    switch header.kind {
    case .response: return try answered(header, payload)
    case .ping:
      output.appendBareFrame(.pong)
      return nil
    case .pong: return nil
    case .goaway:
      let reason = Conversation.failure(payload).message
      guard isOpen else { throw .unreachable(reason) }
      hasHeardGoaway = true
      calls.drain()
      return .goingAway(reason: reason)
    case .item: throw .protocolViolation("an item came for a call that is no stream")
    case .request, .cancel: preconditionFailure("the frame reader takes none on this side")
    }
  }

  private mutating func answered(
    _ header: FrameHeader, _ payload: borrowing RawSpan
  ) throws(TesseraError) -> Event? {
    if !isOpen, header.call == Conversation.authentication {
      if header.status == .ok {
        isOpen = true
        return .opened
      }
      throw rejection(Conversation.failure(payload).refusal(header.status))
    }
    switch calls.answer(header.call) {
    case .finished(let call):
      return .answered(
        call,
        Answer(
          status: header.status, payload: payload.array, followsGoaway: hasHeardGoaway))
    case .givenUp: return nil
    case .unknownNumber:
      throw .protocolViolation(
        "a response came to call \(header.call.rawValue), which is not under way")
    }
  }

  /// Why the caller was not let in. Some reasons pass by themselves.
  private func rejection(_ refusal: Refusal) -> TesseraError {
    switch refusal.code {
    // Who signs in is told how long to wait, and decides.
    case .resourceExhausted where showsPassword: .refused(refusal)
    case .unavailable, .resourceExhausted, .deadlineExceeded, .cancelled:
      .unreachable("\(refusal.code.name): \(refusal.message)")
    default: .unauthenticated(refusal)
    }
  }

  /// What a failed response or a goaway says; where that does not parse, the status must do.
  static func failure(_ payload: borrowing RawSpan) -> Failure {
    (try? Failure(decoding: payload)) ?? Failure(message: "no reason that can be read was given")
  }
}
