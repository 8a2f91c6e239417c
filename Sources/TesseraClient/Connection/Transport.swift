import TesseraBytes
import TesseraSystem
import TesseraTLS

/// A socket and the TLS session on it: bytes in, bytes out, and why it ended.
struct Transport: ~Copyable {
  private static let receiveBytes = 64 << 10

  let socket: Socket
  private let address: SocketAddress
  private var session: TLSSession
  private var received = ByteBuffer()
  private var unsent = ByteBuffer()
  /// Decrypted and not yet taken.
  var input = ByteBuffer()
  /// To be encrypted and sent by the next `flush`.
  var output = ByteBuffer()
  /// Why nothing more will come; what came before is still in `input`.
  private(set) var end: TesseraError?

  /// Begins to connect.
  init(to address: SocketAddress, _ session: consuming TLSSession) throws(TesseraError) {
    do {
      socket = try Socket.connecting(to: address)
    } catch {
      throw .unreachable(error.description)
    }
    self.address = address
    self.session = session
  }

  var unsentBytes: Int { unsent.count + output.count }

  /// Whether the kernel did not take all that was to be sent.
  var isBackedUp: Bool { !unsent.isEmpty }

  /// The socket became writable while it was connecting.
  func finishConnecting() throws(TesseraError) {
    guard let code = socket.takeError() else { return }
    throw .unreachable(
      SystemError("connect", errno: code, subject: address.description).description)
  }

  /// Goes on with the handshake; whether it is complete.
  mutating func handshake() throws(TesseraError) -> Bool {
    switch session.handshake(from: &received, into: &unsent) {
    case .done: return true
    case .needsInput:
      if let end { throw end }
      return false
    case .closed: throw Transport.closedByPeer
    case .failed(let failure):
      // The peer is told why, as far as it still listens.
      _ = socket.send(from: &unsent)
      throw TesseraError(failure)
    }
  }

  /// Takes what has arrived from the kernel.
  mutating func receive() {
    switch socket.receive(into: &received, upTo: Transport.receiveBytes) {
    case .count, .wouldBlock: break
    case .closed:
      if case .failed(let failure) = session.outcomeOfTransportEnd {
        end = TesseraError(failure)
      } else {
        end = Transport.closedByPeer
      }
    case .failed(let errno):
      end = .unreachable(
        SystemError("recv", errno: errno, subject: address.description).description)
    }
  }

  /// Decrypts what was received.
  ///
  /// - Precondition: the handshake is complete.
  mutating func decrypt() {
    while true {
      switch session.read(
        from: &received, into: &input, upTo: Transport.receiveBytes, answering: &unsent)
      {
      case .done: continue
      case .needsInput: return
      case .closed:
        end = Transport.closedByPeer
        return
      case .failed(let failure):
        end = TesseraError(failure)
        return
      }
    }
  }

  /// Encrypts `output` and sends what the kernel takes.
  mutating func flush() throws(TesseraError) {
    if !output.isEmpty {
      try Transport.encrypt(output, &session, into: &unsent)
      output.removeAll(keepingAtMost: Transport.receiveBytes)
    }
    while !unsent.isEmpty {
      switch socket.send(from: &unsent) {
      case .count: continue
      case .wouldBlock: return
      case .closed: throw Transport.closedByPeer
      case .failed(let errno):
        throw .unreachable(
          SystemError("send", errno: errno, subject: address.description).description)
      }
    }
  }

  private static func encrypt(
    _ plaintext: borrowing ByteBuffer, _ session: inout TLSSession, into unsent: inout ByteBuffer
  ) throws(TesseraError) {
    if case .failed(let failure) = session.write(plaintext.bytes, into: &unsent) {
      throw TesseraError(failure)
    }
  }

  /// Lets the conversation take what was decrypted.
  mutating func feed(
    _ conversation: inout Conversation, _ events: inout [Conversation.Event]
  ) throws(TesseraError) {
    try conversation.take(&input, answering: &output, &events)
  }

  /// Says goodbye, as far as the kernel takes it at once.
  mutating func close() {
    session.close(into: &unsent)
    _ = socket.send(from: &unsent)
  }

  private static var closedByPeer: TesseraError {
    .unreachable("the authority closed the connection")
  }
}

extension TesseraError {
  init(_ failure: TLSFailure) {
    switch failure.kind {
    case .certificate: self = .certificate(failure.description)
    case .notTLS, .protocolViolation: self = .tls(failure.description)
    case .truncated: self = .unreachable(failure.description)
    }
  }
}
