import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// One connection of the I/O thread, from the first packet to the last.
final class ClientConnection {
  enum Phase {
    case connecting
    case handshaking
    /// TLS is up; the conversation says whether calls may be sent.
    case talking
  }

  private let settings: Settings
  private var transport: Transport
  var conversation = Conversation()
  private var phase = Phase.connecting
  private(set) var registration: Poller.Registration
  private var interest: Poller.Interest = [.read, .write]
  private let began: Instant
  private var lastHeard: Instant
  private var pingedAt: Instant?
  /// What a goaway gave as its reason.
  private(set) var farewell: String?

  init(
    to address: SocketAddress, _ settings: Settings, now: Instant, poller: inout Poller
  ) throws(TesseraError) {
    self.settings = settings
    transport = try Transport(to: address, ClientConnection.session(settings))
    do {
      registration = try poller.add(transport.socket.descriptor, for: [.read, .write])
    } catch {
      throw .unreachable(error.description)
    }
    began = now
    lastHeard = now
  }

  /// Whether a call may be sent now.
  var takesCalls: Bool {
    conversation.isOpen && conversation.calls.hasRoom
      && transport.unsentBytes < Limits.unsentBytes
  }

  func send(_ call: Call, now: Instant) {
    conversation.send(call, now: now, into: &transport.output)
  }

  func cancel(_ id: CallID) -> Call? { conversation.cancel(id, into: &transport.output) }

  func expire(_ now: Instant) -> [Call] { conversation.expire(now, into: &transport.output) }

  /// The socket has something to say. What it throws ends the connection; the events before that
  /// stand.
  func advance(
    _ event: Poller.Event, now: Instant, _ events: inout [Conversation.Event]
  ) throws(TesseraError) {
    if phase == .connecting {
      guard event.isWritable else { return }
      try transport.finishConnecting()
      phase = .handshaking
    }
    if event.isReadable {
      transport.receive()
      lastHeard = now
      pingedAt = nil
    }
    if phase == .handshaking {
      guard try transport.handshake() else { return }
      phase = .talking
      try begin(now, &events)
    }
    transport.decrypt()
    try transport.feed(&conversation, &events)
    for case .goingAway(let reason) in events { farewell = reason }
    if let end = transport.end { throw end }
  }

  private func begin(
    _ now: Instant, _ events: inout [Conversation.Event]
  ) throws(TesseraError) {
    let left = now.milliseconds(until: began + settings.connectTimeout)
    let isOpen = conversation.begin(
      showing: try settings.authentication(), timeoutMilliseconds: UInt32(clamping: max(1, left)),
      into: &transport.output)
    if isOpen { events.append(.opened) }
  }

  /// Sends what is to be sent, and waits for room where the kernel takes no more.
  func flush(_ poller: borrowing Poller) throws(TesseraError) {
    if phase != .connecting { try transport.flush() }
    let wanted: Poller.Interest =
      phase == .connecting || transport.isBackedUp ? [.read, .write] : .read
    guard wanted != interest else { return }
    interest = wanted
    do { try poller.change(registration, to: wanted) } catch {
      throw .unreachable(error.description)
    }
  }

  /// Asks an idle peer whether it lives. What it throws ends the connection.
  func tend(_ now: Instant) throws(TesseraError) {
    guard conversation.isOpen else {
      guard now < began + settings.connectTimeout else {
        throw .unreachable("no connection was made within \(settings.connectTimeout)")
      }
      return
    }
    if conversation.calls.isClogged { throw .unreachable("the authority answers no calls") }
    if let pingedAt {
      guard now < pingedAt + settings.pingTimeout else {
        throw .unreachable("nothing was heard for \(settings.pingTimeout) after a ping")
      }
    } else if now >= lastHeard + settings.pingInterval {
      transport.output.appendBareFrame(.ping)
      pingedAt = now
    }
  }

  /// When `tend` or `expire` may next have something to do.
  var nextEvent: Instant {
    guard conversation.isOpen else { return began + settings.connectTimeout }
    let tending =
      pingedAt.map { $0 + settings.pingTimeout } ?? (lastHeard + settings.pingInterval)
    return min(tending, conversation.calls.earliestDeadline ?? tending)
  }

  func close(_ poller: inout Poller) {
    poller.remove(registration)
    if phase == .talking {
      try? transport.flush()
      transport.close()
    }
  }

  private static func session(_ settings: Settings) throws(TesseraError) -> TLSSession {
    do {
      return try TLSSession(client: settings.context, serverName: settings.serverName)
    } catch {
      throw .configuration(error.description)
    }
  }
}
