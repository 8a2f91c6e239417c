import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

extension Connection {
  /// Answers from other threads that came together: they leave in one write.
  mutating func complete(
    _ completions: [Completion], _ core: inout ReactorCore, _ scratch: inout Scratch
  ) -> ConnectionFate {
    let wasBackedUp = isBackedUp
    for completion in completions {
      append(completion, core, to: &scratch.replies)
      if scratch.replies.count > Connection.repliesInOneGo, !seal(&scratch) { return .over }
    }
    let fate = flush(&core, &scratch)
    // Who is known may leave more unread than a stranger.
    return fate == .open && wasBackedUp && !isBackedUp ? resume(&core, &scratch) : fate
  }

  /// A call that is over already is not answered twice.
  private mutating func append(
    _ completion: Completion, _ core: borrowing ReactorCore, to replies: inout ByteBuffer
  ) {
    let call = completion.call
    if case .refused(let refusal) = completion.answer, call.method == .authenticate,
      refusal.code == .unauthenticated
    {
      wrongPasswords += 1
    }
    guard calls.end(call) else { return }
    switch completion.answer {
    case .message(let message): answer(call.number, message, &replies)
    case .signedIn(let caller): finishSignIn(caller, call.number, core, &replies)
    case .refused(let refusal): replies.appendRefusal(refusal, call: call.number)
    }
  }

  /// A stop began: says so, and ends when the calls in flight are answered.
  mutating func drain(_ core: inout ReactorCore, _ scratch: inout Scratch) -> ConnectionFate {
    switch phase {
    case .handshaking: return .over
    case .finishing: return .open
    case .goingAway: return flush(&core, &scratch)
    case .open:
      // What arrived before the stop is carried out: it is read before the goaway is written.
      guard readable(&core, &scratch) == .open else { return .over }
      guard phase == .open else { return .open }
      enter(.goingAway)
      scratch.replies.appendGoaway(.unavailable, reason: Connection.stopping)
      return flush(&core, &scratch)
    }
  }

  /// Gives up the calls whose deadline has passed.
  mutating func endOverdueCalls(
    _ now: Int64, _ core: inout ReactorCore, _ scratch: inout Scratch
  ) -> ConnectionFate {
    for number in calls.takeOverdue(now) {
      scratch.replies.appendRefusal(.deadlinePassedInFlight, call: number)
    }
    if let next = calls.earliestDeadline { core.deadlines.watch(registration, until: next) }
    return flush(&core, &scratch)
  }

  /// Ends what took too long: the handshake, an idle connection, a peer that does not end.
  mutating func sweep(
    _ now: Int64, _ core: inout ReactorCore, _ scratch: inout Scratch
  ) -> ConnectionFate {
    let silence = now - lastHeard
    let timeouts = core.services.timeouts
    // A stranger has as long as for the handshake, whatever they send: nobody holds connections who
    // may do nothing.
    let isIdle =
      caller == nil
      ? now - strangerSince >= min(timeouts.handshake, timeouts.idle) : silence >= timeouts.idle
    if let cut = core.drainDeadline, now >= cut { return .over }
    switch phase {
    case .handshaking:
      guard now - acceptedAt >= timeouts.handshake else { return .open }
      core.services.counters.count(.handshakesTimedOut)
      return .over
    case .finishing:
      return now - (endingSince ?? now) >= timeouts.drain ? .over : .open
    case .goingAway where isSpent(now):
      enter(.finishing)
      return flush(&core, &scratch)
    case .open, .goingAway:
      // A peer that has left answers unread for as long is as gone as one that says nothing.
      if calls.isEmpty, isIdle {
        core.services.counters.count(.connectionsIdledOut)
        guard phase == .open, unsent.isEmpty else { return .over }
        enter(.finishing)
        scratch.replies.appendGoaway(
          .unavailable,
          reason: caller == nil
            ? "nobody authenticated on the connection; connect again"
            : "the connection was idle; send a ping")
        return flush(&core, &scratch)
      }
    }
    // Seen by the first sweeps of a silence: an idle connection holds no buffers of TLS.
    if (1_000_000_000..<3_000_000_000).contains(silence) { session.releaseBuffers() }
    return flush(&core, &scratch)
  }
}

extension Connection {
  /// Whether a connection that is going away has nothing more to answer: its calls are, and the
  /// peer has had time to learn of the goaway and to be told that what it sent meanwhile is not
  /// carried out.
  private func isSpent(_ now: Int64) -> Bool {
    guard calls.isEmpty, unsent.isEmpty else { return false }
    let quiet: Int64 = 100_000_000
    let patience: Int64 = 1_000_000_000
    return now - lastHeard >= quiet || now - (endingSince ?? now) >= patience
  }
}

extension Refusal {
  static let answerTooLong = Refusal(
    .resourceExhausted, "the answer does not fit a frame; ask for less at a time")

  static let deadlinePassedInFlight = Refusal(
    .deadlineExceeded,
    "the deadline passed before the answer was ready; a change may have been made all the same")
}
