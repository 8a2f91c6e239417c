import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// One connection to the authority: socket, TLS and the bytes between them. What it is to send is
/// gathered in `outbound`, and leaves in one write.
struct Connection: ~Copyable {
  enum Phase: Equatable {
    case connecting
    case handshaking
    case established
  }

  let registration: Poller.Registration
  private(set) var phase = Phase.connecting
  /// Plaintext, and of what was received all that is not yet taken.
  var outbound = ByteBuffer()
  var inbound = ByteBuffer()

  private let socket: Socket
  private var session: TLSSession
  private var received = ByteBuffer()
  private var sealed = ByteBuffer()
  private var waitsToWrite = true

  private static let receiveBytes = 256 << 10

  /// Begins to connect. `advance` goes on whenever the poller reports the connection.
  init(to peer: Peer, _ poller: inout Poller) throws {
    let session = try TLSSession(client: peer.tls, serverName: peer.serverName)
    let socket = try Socket.connecting(to: peer.address)
    registration = try poller.add(socket.descriptor, for: .write)
    self.session = session
    self.socket = socket
  }

  /// Goes on with connecting and the handshake. `established` is reached once.
  mutating func advance(_ poller: borrowing Poller) throws {
    if phase == .connecting {
      if let code = socket.takeError() {
        throw SystemError("connect", errno: code)
      }
      phase = .handshaking
    } else if try receiveCiphertext() == 0 {
      return
    }
    let outcome = session.handshake(from: &received, into: &sealed)
    try send(poller)
    switch outcome {
    case .done: phase = .established
    case .needsInput, .closed: break
    case .failed(let failure): throw BenchFailure.unreachable("\(failure)")
    }
  }

  /// Takes what has arrived into `inbound`; whether that is anything.
  mutating func receive() throws -> Bool {
    guard try receiveCiphertext() > 0 else { return false }
    let outcome = session.read(from: &received, into: &inbound, upTo: .max, answering: &sealed)
    switch outcome {
    case .done, .needsInput: return true
    case .closed:
      // A goaway may have come before; it says why.
      if !inbound.isEmpty { return true }
      throw BenchFailure.unreachable("the authority ended a connection")
    case .failed(let failure): throw BenchFailure.unreachable("\(failure)")
    }
  }

  private mutating func receiveCiphertext() throws -> Int {
    switch socket.receive(into: &received, upTo: Connection.receiveBytes) {
    case .count(let count): return count
    case .wouldBlock: return 0
    case .closed: throw BenchFailure.unreachable("the authority ended a connection")
    case .failed(let code): throw SystemError("recv", errno: code)
    }
  }

  /// Encrypts `outbound`, and sends as much as the kernel takes now.
  mutating func flush(_ poller: borrowing Poller) throws {
    if !outbound.isEmpty {
      let outcome = Connection.seal(outbound, with: &session, into: &sealed)
      outbound.removeAll()
      if case .failed(let failure) = outcome { throw BenchFailure.unreachable("\(failure)") }
    }
    try send(poller)
  }

  private static func seal(
    _ plaintext: borrowing ByteBuffer, with session: inout TLSSession, into sealed: inout ByteBuffer
  ) -> TLSOutcome {
    session.write(plaintext.bytes, into: &sealed)
  }

  private mutating func send(_ poller: borrowing Poller) throws {
    while !sealed.isEmpty {
      switch socket.send(from: &sealed) {
      case .count: continue
      case .wouldBlock: return try wait(toWrite: true, poller)
      case .closed: throw BenchFailure.unreachable("the authority ended a connection")
      case .failed(let code): throw SystemError("send", errno: code)
      }
    }
    try wait(toWrite: false, poller)
  }

  private mutating func wait(toWrite: Bool, _ poller: borrowing Poller) throws {
    guard toWrite != waitsToWrite else { return }
    waitsToWrite = toWrite
    try poller.change(registration, to: toWrite ? [.read, .write] : .read)
  }

  /// Says goodbye. The connection closes with its value.
  mutating func close(_ poller: inout Poller) {
    session.close(into: &sealed)
    // What the kernel does not take now is not worth waiting for.
    _ = socket.send(from: &sealed)
    poller.remove(registration)
  }
}
