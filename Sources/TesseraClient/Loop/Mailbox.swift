import Synchronization
import TesseraSystem

/// How tasks reach the I/O thread: calls to make, calls to give up, and the end.
final class Mailbox: Sendable {
  struct Mail {
    var calls: [Call] = []
    var cancelled: [CallID] = []
    var addresses: Result<[SocketAddress], TesseraError>?
    var isClosing = false

    var isEmpty: Bool { calls.isEmpty && cancelled.isEmpty && addresses == nil && !isClosing }
  }

  private struct State {
    var mail = Mail()
    /// Why calls are refused: the client was closed.
    var refusal: TesseraError?
    var hasEnded = false
    var awaitingEnd: [CheckedContinuation<Void, Never>] = []
  }

  /// Up while there is mail.
  let flag: EventFlag
  private let state = Mutex(State())
  private let callLimit: Int
  /// Calls that were taken and are not finished.
  private let outstanding = Atomic<Int>(0)

  init(callLimit: Int) throws(SystemError) {
    flag = try EventFlag()
    self.callLimit = callLimit
  }

  /// Hands a call over, or finishes it where it cannot be taken.
  func submit(_ call: Call) {
    guard outstanding.wrappingAdd(1, ordering: .relaxed).newValue <= callLimit else {
      return finish(call, .failure(.overloaded))
    }
    let refusal = post { state in
      if state.refusal == nil { state.mail.calls.append(call) }
      return state.refusal
    }
    if let refusal { finish(call, .failure(refusal)) }
  }

  func cancel(_ id: CallID) { post { $0.mail.cancelled.append(id) } }

  func post(_ addresses: Result<[SocketAddress], TesseraError>) {
    post { $0.mail.addresses = addresses }
  }

  /// Ends a call that was submitted.
  func finish(_ call: Call, _ result: Result<[UInt8], TesseraError>) {
    outstanding.wrappingSubtract(1, ordering: .relaxed)
    call.finish(result)
  }

  /// From here on calls are refused, and the thread is asked to end.
  func close(_ refusal: TesseraError = .closed) {
    post { state in
      state.refusal = state.refusal ?? refusal
      state.mail.isClosing = true
    }
  }

  /// Takes what has come.
  func take() -> Mail {
    state.withLock { state in
      let mail = state.mail
      state.mail = Mail()
      return mail
    }
  }

  /// The thread has ended: nobody takes mail any more.
  func end() {
    let waiting = state.withLock { state in
      state.hasEnded = true
      defer { state.awaitingEnd = [] }
      return state.awaitingEnd
    }
    for continuation in waiting { continuation.resume() }
  }

  func awaitEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.awaitingEnd.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  /// Changes the mail, and raises the flag where there was none before: one wake-up for a burst.
  @discardableResult
  private func post<Answer: Sendable>(_ body: (inout sending State) -> Answer) -> Answer {
    let (answer, isFirst) = state.withLock { state in
      let wasEmpty = state.mail.isEmpty
      let answer = body(&state)
      return (answer, wasEmpty && !state.mail.isEmpty)
    }
    if isFirst { flag.raise() }
    return answer
  }
}
