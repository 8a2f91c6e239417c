import TesseraModel
import TesseraSystem
import TesseraWire

// Calls on their way to a connection and back.
extension ClientLoop {
  /// Hands waiting calls to the connections that have least to do.
  func assign(_ now: Instant) {
    while queue.hasReady, let connection = leastBusy() {
      guard let call = queue.popFirst() else { return }
      connection.send(call, now: now)
    }
  }

  private func leastBusy() -> ClientConnection? {
    var best: ClientConnection?
    for slot in slots {
      guard let connection = slot, connection.takesCalls else { continue }
      if let found = best,
        found.conversation.calls.waitingCount <= connection.conversation.calls.waitingCount
      {
        continue
      }
      best = connection
    }
    return best
  }

  func advance(_ connection: ClientConnection, _ event: Poller.Event, _ now: Instant) {
    var events: [Conversation.Event] = []
    var failure: TesseraError?
    do throws(TesseraError) {
      try connection.advance(event, now: now, &events)
    } catch {
      failure = error
    }
    for event in events {
      switch event {
      case .opened: connected(connection, now)
      case .answered(let call, let answer): take(answer, to: call, from: connection, now)
      case .goingAway: retire(connection, now)
      }
    }
    if let failure { lose(connection, failure, now) }
  }

  private func take(
    _ answer: Conversation.Answer, to call: Call, from connection: ClientConnection, _ now: Instant
  ) {
    guard answer.status != .ok else { return mailbox.finish(call, .success(answer.payload)) }
    let refusal = unsafe Conversation.failure(answer.payload.span.bytes).refusal(answer.status)
    if case .unauthenticated = TesseraError(answered: refusal), settings.credentialMayChange {
      // The next connection reads the token anew.
      connection.conversation.calls.drain()
      retire(connection, now)
    }
    let next = settings.retry.afterRefusal(
      refusal, of: call, isUndone: answer.followsGoaway, now: now, using: &random)
    carryOut(next, call, now)
  }

  func carryOut(_ next: RetryRule.Next, _ call: Call, _ now: Instant) {
    switch next {
    case .fail(let error): fail(call, error)
    case .again(let wait):
      var call = call
      call.failedAttempts += 1
      queue.append(call, notBefore: now + wait)
    }
  }
}
