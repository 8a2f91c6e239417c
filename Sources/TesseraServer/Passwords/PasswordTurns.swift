import TesseraModel
import TesseraSystem

/// The passwords that wait for scrypt: connections take turns, and each has its own in the order
/// they came. Strangers' sign-ins wait until no caller who is known does, so that nobody can hold
/// up the others from outside.
struct PasswordTurns {
  private var known = Turns()
  private var strangers = Turns()

  var isEmpty: Bool { known.count == 0 && strangers.count == 0 }

  /// False where too many of its sort wait already.
  mutating func add(_ request: PasswordRequest) -> Bool {
    let waiting = request.isStrangers ? strangers.count : known.count
    guard waiting < Limits.passwordsWaiting else { return false }
    if request.isStrangers { strangers.add(request) } else { known.add(request) }
    return true
  }

  mutating func next() -> PasswordRequest? { known.next() ?? strangers.next() }

  /// Of one sort.
  private struct Turns {
    private struct Connection: Hashable {
      let reactor: ObjectIdentifier
      let registration: Poller.Registration
    }

    private var waiting: [Connection: [PasswordRequest]] = [:]
    /// The connections for which something waits, the next one first.
    private var order: [Connection] = []
    private(set) var count = 0

    mutating func add(_ request: PasswordRequest) {
      let connection = Connection(
        reactor: ObjectIdentifier(request.reply.reactor), registration: request.reply.connection)
      if waiting[connection] == nil { order.append(connection) }
      waiting[connection, default: []].append(request)
      count += 1
    }

    mutating func next() -> PasswordRequest? {
      guard !order.isEmpty else { return nil }
      let connection = order.removeFirst()
      guard let request = waiting[connection]?.removeFirst() else { return nil }
      if waiting[connection]?.isEmpty == true {
        waiting[connection] = nil
      } else {
        order.append(connection)
      }
      count -= 1
      return request
    }
  }
}
