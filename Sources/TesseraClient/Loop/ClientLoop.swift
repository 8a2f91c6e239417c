import TesseraModel
import TesseraSystem

/// The client's I/O thread: it owns every connection and every call, and nothing of it is shared.
///
/// One turn takes the mail, gives up what is late, connects where that is due, hands waiting calls
/// to connections, sends what each has in one go, and sleeps until something happens.
final class ClientLoop {
  let settings: Settings
  let mailbox: Mailbox
  var poller: Poller
  private let flag: Poller.Registration
  var queue = CallQueue()
  /// As many as the configuration asks for; nil until it is connected.
  var slots: [ClientConnection?]
  /// Connections that the authority ends: they carry their calls to the end and take no more.
  var retiring: [ClientConnection] = []
  var addresses = AddressBook()
  /// Counts what failed since a connection last stood.
  var backoff: Backoff
  /// When the next attempt to connect may begin.
  var retryAt = Instant(nanoseconds: .min)
  /// Why calls are refused without waiting, until a connection stands.
  var outage: TesseraError?
  /// Set where a password was shown in vain.
  var signInHold: SignInHold?
  /// Whether anybody has called yet.
  private var isWanted = false
  var random = SystemRandomNumberGenerator()

  init(_ settings: Settings, _ mailbox: Mailbox) throws(SystemError) {
    self.settings = settings
    self.mailbox = mailbox
    var poller = try Poller()
    flag = try poller.add(mailbox.flag.descriptor, for: .read)
    self.poller = poller
    backoff = Backoff(
      first: settings.retry.firstDelay, longest: settings.retry.longestDelay)
    slots = Array(repeating: nil, count: settings.connections)
  }

  /// Runs on the thread until the client is closed.
  static func run(_ settings: Settings, _ mailbox: Mailbox) {
    defer { mailbox.end() }
    do {
      let loop = try ClientLoop(settings, mailbox)
      while try loop.turn() {}
      loop.shutDown()
    } catch {
      // Without a poller there is nothing to be done but to say so.
      let reason = TesseraError.unreachable(error.description)
      mailbox.close(reason)
      for call in mailbox.take().calls { mailbox.finish(call, .failure(reason)) }
    }
  }

  /// Whether there is to be another.
  private func turn() throws(SystemError) -> Bool {
    var now = Instant.now
    guard takeMail() else { return false }
    expire(now)
    queue.wake(now)
    if isWanted { connect(now) }
    assign(now)
    tend(now)
    try poller.wait(timeoutMilliseconds: timeoutMilliseconds(now))
    now = Instant.now
    while let event = poller.nextEvent() {
      if event.registration == flag {
        mailbox.flag.lower()
      } else if let connection = connections.first(where: {
        $0.registration == event.registration
      }) {
        advance(connection, event, now)
      }
    }
    return true
  }

  var connections: [ClientConnection] { slots.compactMap { $0 } + retiring }

  /// False where the client is to end.
  private func takeMail() -> Bool {
    let mail = mailbox.take()
    for call in mail.calls {
      isWanted = true
      if let outage { fail(call, outage) } else { queue.append(call) }
    }
    for id in mail.cancelled { cancel(id) }
    if let result = mail.addresses { take(result) }
    return !mail.isClosing
  }

  private func cancel(_ id: CallID) {
    if let call = queue.remove(id) { return fail(call, .cancelled) }
    for connection in connections {
      if let call = connection.cancel(id) { return fail(call, .cancelled) }
    }
  }

  private func expire(_ now: Instant) {
    for call in queue.takeOverdue(now) { fail(call, .deadlineExceeded) }
    for connection in connections {
      for call in connection.expire(now) { fail(call, .deadlineExceeded) }
    }
  }

  /// Sends what there is, and lets go of connections that are done or dead.
  private func tend(_ now: Instant) {
    for connection in connections {
      do throws(TesseraError) {
        try connection.tend(now)
        try connection.flush(poller)
      } catch {
        lose(connection, error, now)
      }
    }
    retiring.removeAll { connection in
      guard connection.conversation.calls.waitingCount == 0 else { return false }
      connection.close(&poller)
      return true
    }
  }

  private func timeoutMilliseconds(_ now: Instant) -> CInt {
    var next: Instant? = queue.nextEvent
    func consider(_ event: Instant) { next = min(next ?? event, event) }
    for connection in connections { consider(connection.nextEvent) }
    if isWanted, let nextConnect { consider(nextConnect) }
    guard let next else { return -1 }
    return CInt(clamping: now.milliseconds(until: next))
  }

  func fail(_ call: Call, _ error: TesseraError) { mailbox.finish(call, .failure(error)) }

  private func shutDown() {
    for call in queue.takeAll() + mailbox.take().calls { fail(call, .closed) }
    for connection in connections {
      for call in connection.conversation.calls.takeAll() {
        fail(call, call.isRepeatable ? .closed : .outcomeUnknown("the client was closed"))
      }
      connection.close(&poller)
    }
  }
}
