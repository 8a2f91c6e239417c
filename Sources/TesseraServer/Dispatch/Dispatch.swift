import TesseraBytes
import TesseraEngine
import TesseraModel
import TesseraWire

extension Connection {
  /// Carries out a request, or hands it to the thread that does. Rights are asked on every call.
  mutating func dispatch(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    let call = header.call
    do throws(Refusal) {
      switch header.method {
      case .validate: validate(call, payload, &core, &replies, &burst)
      case .validateBatch: validateBatch(call, payload, &core, &replies, &burst)
      case .authenticate: try authenticate(call, payload, &core, &replies, &burst)
      case .whoAmI: try whoAmI(call, payload, core, &replies, burst)
      case .health: try health(call, payload, core, &replies)
      case .issue: try issue(header, payload, &core)
      case .update: try update(header, payload, &core)
      case .regenerate: try regenerate(header, payload, &core)
      case .revoke: try revoke(header, payload, &core)
      case .list: try list(header, payload, &core, burst)
      case .get: try get(header, payload, &core, burst)
      case .watch, .importTokens, .listEvents, .stats, .snapshot, nil:
        throw Refusal(
          .unimplemented,
          "this authority has no method \(header.code); it may be older than its caller")
      }
    } catch {
      count(error, core)
      replies.appendRefusal(error, call: call)
    }
  }

  /// The caller and what it may do now; refused where nobody authenticated or the token has ended.
  func requireRights(
    _ core: borrowing ReactorCore, _ now: Timestamp
  ) throws(Refusal) -> (caller: TesseraEngine.Caller, rights: CallerRights) {
    guard let caller else { throw .unauthenticated }
    guard let rights = core.reader.rights(of: caller, now: now) else { throw .callerEnded }
    return (caller, rights)
  }

  func count(_ refusal: Refusal, _ core: borrowing ReactorCore) {
    switch refusal.code {
    case .unauthenticated: core.services.counters.count(.callsUnauthenticated)
    case .invalidArgument: core.services.counters.count(.messagesRefused)
    default: break
    }
  }

  /// Appends an answer, or says that it is too long for a frame.
  func answer(
    _ call: CallNumber, _ message: some WireMessage, _ replies: inout ByteBuffer
  ) {
    if !replies.appendFrame(.response(.ok, call: call), message) {
      replies.appendRefusal(.answerTooLong, call: call)
    }
  }
}

/// Reads a request, whose fault it is where that fails.
func read<Message: RequestMessage>(
  _ payload: borrowing RawSpan, as type: Message.Type = Message.self
) throws(Refusal) -> Message {
  do {
    return try Message(decoding: payload)
  } catch {
    throw error.refusal
  }
}

extension Refusal {
  static let unauthenticated = Refusal(
    .unauthenticated, "call Authenticate first, or connect with a certificate that is known here")
}
