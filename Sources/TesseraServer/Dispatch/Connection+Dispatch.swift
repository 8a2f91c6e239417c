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
      case .authenticate: try authenticate(header, payload, &core, &replies, &burst)
      case .health: try health(call, payload, core, &replies)
      case .whoAmI: whoAmI(try admit(header, payload, core, burst), core, &replies)
      case .issue: try issue(admit(header, payload, core, burst), &core)
      case .update: try update(admit(header, payload, core, burst), &core)
      case .regenerate: try regenerate(admit(header, payload, core, burst), &core)
      case .revoke: try revoke(admit(header, payload, core, burst), &core)
      case .importTokens: try importTokens(admit(header, payload, core, burst), &core, &replies)
      case .purge: try purge(admit(header, payload, core, burst), &core)
      case .list: try list(admit(header, payload, core, burst), &core)
      case .get: try get(admit(header, payload, core, burst), &core)
      case .listEvents: try listEvents(admit(header, payload, core, burst), &core)
      case .createUser: try createUser(admit(header, payload, core, burst), &core)
      case .updateUser: try updateUser(admit(header, payload, core, burst), &core)
      case .deleteUser: try deleteUser(admit(header, payload, core, burst), &core)
      case .setPassword: try setPassword(admit(header, payload, core, burst), &core)
      case .getUser: try getUser(admit(header, payload, core, burst), &core)
      case .listUsers: try listUsers(admit(header, payload, core, burst), &core)
      case .createEntry: try createEntry(admit(header, payload, core, burst), &core)
      case .updateEntry: try updateEntry(admit(header, payload, core, burst), &core)
      case .deleteEntry: try deleteEntry(admit(header, payload, core, burst), &core)
      case .getEntry: try getEntry(admit(header, payload, core, burst), &core)
      case .listEntries: try listEntries(admit(header, payload, core, burst), &core)
      case .snapshot: try snapshot(admit(header, payload, core, burst), &core)
      case .beginBackup: try beginBackup(admit(header, payload, core, burst), &core)
      case .readBackup: try readBackup(admit(header, payload, core, burst), &core)
      case .endBackup: try endBackup(admit(header, payload, core, burst), &core)
      case .watch, .stats, nil:
        throw Refusal(
          .unimplemented,
          "this authority has no method \(header.code); it may be older than its caller")
      }
    } catch {
      count(error, core)
      replies.appendRefusal(error, call: call)
    }
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
