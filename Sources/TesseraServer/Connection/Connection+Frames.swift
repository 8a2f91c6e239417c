import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

extension Connection {
  static let stopping = "the authority is stopping; connect again, elsewhere or later"

  /// Answers, of one event, that are encrypted and sent before more frames are taken.
  static let repliesInOneGo = 128 << 10

  /// Takes every whole frame in `scratch.plaintext`, and leaves what began one. Stops early where
  /// the peer does not read its answers.
  mutating func takeFrames(_ core: inout ReactorCore, _ scratch: inout Scratch) {
    var burst = Burst(core)
    lookUpCertificateAgain(core, burst.now)
    var consumed = 0
    while phase != .finishing {
      let hasMore = takeFrames(
        in: scratch.plaintext, from: &consumed, &core, &scratch.replies, &burst)
      guard hasMore, seal(&scratch), !isBackedUp else { break }
    }
    // When the connection is to end, whatever follows the last frame is dropped.
    scratch.plaintext.consume(phase == .finishing ? scratch.plaintext.count : consumed)
  }

  /// Takes frames until none is whole, the connection is to end, or many answers have gathered.
  /// True in the last case alone: then there may be more frames.
  private mutating func takeFrames(
    in plaintext: borrowing ByteBuffer, from consumed: inout Int, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) -> Bool {
    let bytes = plaintext.bytes
    defer { answerStaged(&core, &replies, burst) }
    while phase != .finishing {
      // Asked for each frame: an Authenticate makes the next one a caller's.
      let frames = caller == nil ? core.strangersFrames : core.frames
      switch frames.next(in: bytes, from: consumed) {
      case .incomplete: return false
      case .frame(let header, let payload):
        consumed = payload.upperBound
        take(header, bytes.extracting(payload), &core, &replies, &burst)
      case .violation(let violation):
        core.services.counters.count(.framesRefused)
        refuse(violation.status, violation.description, &core, &replies, burst)
      }
      let most = caller == nil ? Limits.strangersUnsentBytes : Connection.repliesInOneGo
      if replies.count > most { return true }
    }
    return false
  }

  @inline(__always)
  private mutating func take(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    // The one that comes all the time is first, unless its call number is that of another call in
    // flight, which is refused below.
    if header.kind == .request, header.code == Method.validate.rawValue, phase == .open,
      !calls.contains(header.call)
    {
      validate(header.call, payload, &core, &replies, &burst)
    } else {
      takeOther(header, payload, &core, &replies, &burst)
    }
  }

  private mutating func takeOther(
    _ header: FrameHeader, _ payload: borrowing RawSpan, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: inout Burst
  ) {
    switch header.kind {
    case .request:
      guard phase == .open else {
        replies.appendRefusal(Refusal(.unavailable, Connection.stopping), call: header.call)
        return
      }
      guard !calls.contains(header.call) else {
        core.services.counters.count(.framesRefused)
        refuse(
          .invalidArgument,
          "call number \(header.call.rawValue) is in flight already; number calls apart", &core,
          &replies, burst)
        return
      }
      dispatch(header, payload, &core, &replies, &burst)
      // Whoever shows one after the other is guessing, or reads from the wrong file.
      if wrongTokens >= Limits.wrongTokensPerConnection {
        refuse(
          .resourceExhausted,
          "\(wrongTokens) values that let nobody in; check the value, and connect again", &core,
          &replies, burst)
      }
    case .cancel:
      if calls.giveUp(header.call) {
        replies.appendRefusal(
          Refusal(.cancelled, "cancelled by its caller; a change may have been made all the same"),
          call: header.call)
      }
    case .ping: replies.appendBareFrame(.pong)
    case .pong: break
    case .goaway:
      // The peer sends no more calls; those it sent are answered, then it ends.
      if phase == .open { enter(.goingAway) }
    case .response, .item: preconditionFailure("the frame reader takes none on this side")
    }
  }

  /// Ends the connection for the peer's fault: a goaway with the reason, and nothing after it.
  private mutating func refuse(
    _ status: StatusCode, _ reason: String, _ core: inout ReactorCore,
    _ replies: inout ByteBuffer, _ burst: Burst
  ) {
    // Calls that came before are answered before it.
    answerStaged(&core, &replies, burst)
    replies.appendGoaway(status, reason: reason)
    enter(.finishing)
  }
}
