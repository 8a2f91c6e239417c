import Synchronization
import TesseraBytes
import TesseraSystem
import Testing

@testable import TesseraTLS

/// A TLS connection over a socket, as plainly as one can be: it reads what there is into
/// `plaintext` until that holds `limit` bytes, and sends what it can of what was written.
struct Connection: ~Copyable {
  var end: End
  let socket: Socket
  let limit: Int
  var outcome = TLSOutcome.needsInput
  var transportEnded = false

  init(_ session: consuming TLSSession, over socket: consuming Socket, limit: Int) {
    end = End(session)
    self.socket = socket
    self.limit = limit
  }

  var wantsInput: Bool { end.plaintext.count < limit && !transportEnded }

  var interest: Poller.Interest {
    var interest: Poller.Interest = wantsInput ? .read : []
    if !end.output.isEmpty { interest.insert(.write) }
    return interest
  }

  /// Does what can be done without waiting.
  mutating func advance() {
    if wantsInput { receive() }
    if end.session.isEstablished {
      if outcome != .closed, outcome.failure == nil, end.plaintext.count < limit {
        outcome = end.read(upTo: limit - end.plaintext.count)
      }
    } else if outcome.failure == nil {
      outcome = end.handshake()
      if outcome == .done { outcome = end.read(upTo: limit) }
    }
    if transportEnded, outcome == .needsInput { outcome = end.session.outcomeOfTransportEnd }
    while !end.output.isEmpty, case .count = socket.send(from: &end.output) {}
  }

  private mutating func receive() {
    switch socket.receive(into: &end.input, upTo: 1 << 16) {
    case .count, .wouldBlock: break
    case .closed, .failed: transportEnded = true
    }
  }
}

/// Runs one connection until `isDone` says so.
func run(
  _ connection: inout Connection, until isDone: (inout Connection) throws -> Bool
) throws {
  var poller = try Poller()
  let registration = try poller.add(connection.socket.descriptor, for: [.read, .write])
  while true {
    connection.advance()
    if try isDone(&connection) { return }
    try poller.change(registration, to: connection.interest)
    try poller.wait(timeoutMilliseconds: -1)
  }
}

/// A server on a thread that sends back what it gets and closes after its peer. While its peer does
/// not read, it keeps to `limit` and stops reading.
final class EchoServer: Sendable {
  static let limit = 100_000
  let listener: ListeningSocket
  /// The most bytes it held at once, and how the connection ended.
  private let result = Mutex<(most: Int, outcome: TLSOutcome)?>(nil)

  init() throws {
    listener = try ListeningSocket(
      exclusively: SocketAddress(host: .v4(0x7f00_0001), port: 0))
  }

  func start() throws -> TesseraSystem.Thread {
    try TesseraSystem.Thread(name: "echo") { [self] in
      let served = try? serve()
      result.withLock { $0 = served }
    }
  }

  func takeResult() -> (most: Int, outcome: TLSOutcome)? { result.withLock { $0 } }

  private func accept() throws -> Socket {
    var poller = try Poller()
    _ = try poller.add(listener.descriptor, for: .read)
    while true {
      try poller.wait(timeoutMilliseconds: -1)
      if case .connection(let socket) = try listener.accept() { return socket }
    }
  }

  private func serve() throws -> (most: Int, outcome: TLSOutcome) {
    let context = try TLSContext(server: Fixture.serverOptions())
    var server = Connection(
      TLSSession(server: context), over: try accept(), limit: EchoServer.limit)
    var most = 0
    try run(&server) { server in
      while true {
        most = max(most, server.end.plaintext.count + server.end.input.count)
        // What has come goes back only once what went before it is sent.
        guard server.end.output.isEmpty, !server.end.plaintext.isEmpty else { break }
        guard server.end.write(server.end.takePlaintext()) == .done else { return true }
        server.advance()
      }
      if case .failed = server.outcome { return true }
      guard server.outcome == .closed, server.end.output.isEmpty else { return false }
      server.end.session.close(into: &server.end.output)
      server.advance()
      return true
    }
    return (most, server.outcome)
  }

  func connect() throws -> Connection {
    let context = try TLSContext(client: Fixture.clientOptions())
    return Connection(
      try TLSSession(client: context, serverName: "127.0.0.1"),
      over: try Socket.connecting(to: listener.address), limit: 1 << 20)
  }
}

@Suite struct SocketTests {
  @Test func `megabytes go there and back, and a peer that does not read is not read from`() throws
  {
    let server = try EchoServer()
    let thread = try server.start()
    var client = try server.connect()
    let block = (0..<65536).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    let total = 12 << 20
    var (written, received) = (0, 0)
    var isGood = true
    try run(&client) { client in
      guard client.end.session.isEstablished else { return client.outcome.failure != nil }
      while client.end.output.isEmpty, written < total {
        _ = client.end.write(block)
        written += block.count
        client.advance()
      }
      // The client reads only what it must to go on, so that the server's answers pile up.
      guard client.end.plaintext.count == client.limit || written == total else {
        return client.outcome.failure != nil
      }
      let answer = client.end.takePlaintext()
      var offset = 0
      while offset < answer.count {
        let start = received & 65535
        let count = min(65536 - start, answer.count - offset)
        isGood = isGood && answer[offset..<offset + count] == block[start..<start + count]
        offset += count
        received += count
      }
      return received == total || client.outcome.failure != nil
    }
    #expect(isGood && received == total)
    client.end.session.close(into: &client.end.output)
    try run(&client) { $0.outcome == .closed || $0.outcome.failure != nil }
    let outcome = client.outcome
    #expect(outcome == .closed)
    thread.join()
    let echo = try #require(server.takeResult())
    #expect(echo.outcome == .closed)
    // Its limit, and what one receive brings.
    #expect(echo.most <= EchoServer.limit + 1 << 16)
  }

  @Test func `a peer that goes away without a word is a truncation`() throws {
    let server = try EchoServer()
    let thread = try server.start()
    do {
      var client = try server.connect()
      try run(&client) { $0.end.session.isEstablished && $0.end.output.isEmpty }
    }
    thread.join()
    #expect(server.takeResult()?.outcome.failure?.kind == .truncated)
  }
}
