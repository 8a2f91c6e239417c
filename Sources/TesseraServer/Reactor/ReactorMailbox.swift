import Synchronization
import TesseraSystem

/// What other threads tell a reactor.
enum ReactorMessage: Sendable {
  case completion(Completion)
  /// A user gave the right password on a connection, for a change that is not answered yet.
  case confirmed(Poller.Registration, Confirmations.Key)
  /// A new certificate to show, and new certificates to know.
  case identity(ServerIdentity)
  /// Stop: no new connections, and end the ones there are when their calls are answered.
  case drain(deadline: Int64)
}

/// A reactor's letter box: many threads put in, the reactor empties it when the flag wakes it.
final class ReactorMailbox: Sendable {
  let arrived: EventFlag
  private let messages = Mutex<[ReactorMessage]>([])

  init() throws(SystemError) { arrived = try EventFlag() }

  func put(_ message: ReactorMessage) {
    let isFirst = messages.withLock {
      $0.append(message)
      return $0.count == 1
    }
    if isFirst { arrived.raise() }
  }

  func takeAll() -> [ReactorMessage] {
    arrived.lower()
    return messages.withLock {
      let taken = $0
      $0 = []
      return taken
    }
  }
}

extension ReplyAddress {
  func send(_ answer: Completion.Answer) {
    reactor.put(.completion(Completion(connection: connection, call: call, answer: answer)))
  }

  /// The caller's user gave the right password.
  func confirm(_ key: Confirmations.Key) { reactor.put(.confirmed(connection, key)) }
}
