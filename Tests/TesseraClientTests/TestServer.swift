import Synchronization
import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

@testable import TesseraClient

/// A frame that reached the test's server.
struct Arrival: Sendable {
  /// How many connections were accepted before this one.
  var connection: Int
  var header: FrameHeader
  var payload: [UInt8]

  var isRequest: Bool { header.kind == .request }

  func decoded<Message: WireMessage>(_ type: Message.Type) -> Message? {
    unsafe try? Message(decoding: payload.span.bytes)
  }

  func answer(_ message: some WireMessage) -> Reaction {
    .send(.response(.ok, call: header.call), message.encoded)
  }

  func refuse(_ refusal: Refusal) -> Reaction {
    .send(.response(refusal.code, call: header.call), Failure(refusal).encoded)
  }
}

/// What the test's server does about it.
enum Reaction: Sendable {
  case send(FrameHeader, [UInt8])
  case goaway(String)
  case hangUp
}

/// A server of the protocol on one thread, whose answers a test scripts. Authenticate is answered
/// by itself unless the script does.
final class TestServer: Sendable {
  typealias Script = @Sendable (Arrival) -> [Reaction]

  static let certificates = DevelopmentCertificates.make()

  let address: SocketAddress
  private let stop: EventFlag
  private let thread: Mutex<TesseraSystem.Thread?>

  /// - Parameter speaksTLS: whether it does; otherwise it greets in plain text.
  init(speaksTLS: Bool = true, _ script: @escaping Script) throws {
    let listener = try ListeningSocket(
      exclusively: SocketAddress(host: .v4(0x7f00_0001), port: 0))
    address = listener.address
    let stop = try EventFlag()
    self.stop = stop
    let certificates = TestServer.certificates
    let context = try TLSContext(
      server: TLSContext.ServerOptions(
        certificateChain: .bytes(certificates.certificate, name: "certificate"),
        privateKey: .bytes(certificates.privateKey, name: "key")))
    let box = Box(listener)
    thread = Mutex(
      try TesseraSystem.Thread(name: "test-server") {
        guard let listener = box.take() else { return }
        var loop = ServerLoop(
          listener: listener, context: context, speaksTLS: speaksTLS, script: script)
        try? loop.run(until: stop)
      })
  }

  /// Closes every connection and frees the port.
  func shutDown() {
    stop.raise()
    thread.withLock { $0.take()?.join() }
  }

  deinit { shutDown() }

  /// A client of this server that trusts it.
  func configuration(
    _ credential: Credential = .token(Secret("*:*.caller")), connections: Int = 1
  ) -> TesseraClient.Configuration {
    var configuration = TesseraClient.Configuration(
      address: address.description, trustedCertificates: .bytes(TestServer.certificates.authority),
      credential: credential)
    configuration.connections = connections
    configuration.firstDelay = .milliseconds(1)
    configuration.longestDelay = .milliseconds(20)
    configuration.timeout = .seconds(60)
    configuration.connectTimeout = .seconds(60)
    return configuration
  }

  /// Carries the listener into the thread.
  private final class Box: Sendable {
    private let listener: Mutex<ListeningSocket?>
    init(_ listener: consuming sending ListeningSocket) { self.listener = Mutex(listener) }
    func take() -> sending ListeningSocket? { listener.withLock { $0.take() } }
  }
}

/// The server's thread.
private struct ServerLoop: ~Copyable {
  let listener: ListeningSocket
  let context: TLSContext
  let speaksTLS: Bool
  let script: TestServer.Script
  var connections: [Poller.Registration: ServerConnection] = [:]

  init(
    listener: consuming ListeningSocket, context: TLSContext, speaksTLS: Bool,
    script: @escaping TestServer.Script
  ) {
    self.listener = listener
    self.context = context
    self.speaksTLS = speaksTLS
    self.script = script
  }

  mutating func run(until stop: EventFlag) throws {
    var poller = try Poller()
    let stopping = try poller.add(stop.descriptor, for: .read)
    let accepting = try poller.add(listener.descriptor, for: .read)
    var accepted = 0
    while true {
      try poller.wait(timeoutMilliseconds: -1)
      while let event = poller.nextEvent() {
        if event.registration == stopping { return }
        if event.registration == accepting {
          guard case .connection(let socket) = try listener.accept() else { continue }
          if !speaksTLS {
            _ = unsafe socket.send(Array("220 ready for mail\r\n".utf8).span.bytes)
          }
          let connection = ServerConnection(socket, TLSSession(server: context), accepted)
          accepted += 1
          let registration = try poller.add(connection.socket.descriptor, for: .read)
          connections[registration] = connection
        } else if let connection = connections[event.registration] {
          if connection.advance(script) {
            let interest: Poller.Interest = connection.output.isEmpty ? .read : [.read, .write]
            try poller.change(event.registration, to: interest)
          } else {
            poller.remove(event.registration)
            connections[event.registration] = nil
          }
        }
      }
    }
  }
}

private final class ServerConnection {
  let socket: Socket
  private var session: TLSSession
  private let number: Int
  private var input = ByteBuffer()
  private(set) var output = ByteBuffer()
  private var plaintext = ByteBuffer()
  private var replies = ByteBuffer()

  init(_ socket: consuming Socket, _ session: consuming TLSSession, _ number: Int) {
    self.socket = socket
    self.session = session
    self.number = number
  }

  /// False where the connection is over.
  func advance(_ script: TestServer.Script) -> Bool {
    switch socket.receive(into: &input, upTo: 1 << 16) {
    case .count, .wouldBlock: break
    case .closed, .failed: return false
    }
    if !session.isEstablished {
      if case .failed = session.handshake(from: &input, into: &output) {
        flush()
        return false
      }
    }
    var goesOn = true
    if session.isEstablished {
      let outcome = session.read(
        from: &input, into: &plaintext, upTo: 1 << 24, answering: &output)
      goesOn = takeFrames(script) && outcome == .needsInput
      seal()
    }
    flush()
    return goesOn
  }

  private func takeFrames(_ script: TestServer.Script) -> Bool {
    let reader = FrameReader(side: .server)
    while case .frame(let header, let payload) = reader.next(in: plaintext.bytes) {
      let arrival = Arrival(
        connection: number, header: header,
        payload: plaintext.bytes.extracting(payload).array)
      plaintext.consume(payload.upperBound)
      var reactions = script(arrival)
      if reactions.isEmpty, header.method == .authenticate, arrival.isRequest {
        reactions = [arrival.answer(AuthenticateResponse(caller: Caller()))]
      }
      for reaction in reactions {
        switch reaction {
        case .send(let header, let payload):
          replies.appendFrameHeader(header, payloadBytes: payload.count)
          replies.append(payload)
        case .goaway(let reason): replies.appendGoaway(.unavailable, reason: reason)
        case .hangUp: return false
        }
      }
    }
    return true
  }

  private func seal() {
    ServerConnection.seal(replies, &session, &output)
    replies.removeAll()
  }

  private static func seal(
    _ replies: borrowing ByteBuffer, _ session: inout TLSSession, _ output: inout ByteBuffer
  ) {
    _ = session.write(replies.bytes, into: &output)
  }

  private func flush() {
    while !output.isEmpty, case .count = socket.send(from: &output) {}
  }
}
