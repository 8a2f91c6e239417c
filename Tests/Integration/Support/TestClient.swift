import Glibc
import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// What kept a test from going on.
struct TestFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A connection for tests, which blocks its thread and shows everything: frames as they come, and
/// how the connection ended. It can also send what no good client would.
final class TestClient {
  enum Arrival: Equatable {
    case frame(FrameHeader, [UInt8])
    /// The server said close_notify, and ended.
    case closed
    /// It ended without saying so.
    case cut
  }

  private var socket: Socket?
  private var session: TLSSession
  private var poller: Poller
  private let registration: Poller.Registration
  private var ciphertext = ByteBuffer()
  private var sealed = ByteBuffer()
  private var plaintext = ByteBuffer()
  private let frames = FrameReader(side: .client)
  private var hasClosed = false
  private var lastCall: UInt32 = 0
  /// Answers that came while another was waited for.
  private var early: [CallNumber: (FrameHeader, [UInt8])] = [:]
  /// Whoever serves it, so that it is served for as long as there is a client.
  var server: AnyObject?

  /// A guard against a server that says nothing, not a measure of anything.
  private static let patienceMilliseconds: Int32 = 60_000

  /// Connects, without a handshake.
  init(_ address: SocketAddress, _ context: TLSContext, serverName: String = "localhost") throws {
    let socket = try Socket.connecting(to: address)
    var poller = try Poller()
    registration = try poller.add(socket.descriptor, for: .write)
    try poller.wait(timeoutMilliseconds: TestClient.patienceMilliseconds)
    guard poller.nextEvent() != nil else { throw TestFailure("connecting takes too long") }
    if let code = socket.takeError() { throw SystemError("connect", errno: code) }
    self.poller = poller
    self.socket = consume socket
    session = try TLSSession(client: context, serverName: serverName)
  }

  func shakeHands() throws {
    while true {
      let outcome = session.handshake(from: &ciphertext, into: &sealed)
      try transmit()
      switch outcome {
      case .done: return
      case .needsInput:
        guard try receive() else { throw TestFailure("the server ended the handshake") }
      case .closed: throw TestFailure("closed in the handshake")
      case .failed(let failure): throw failure
      }
    }
  }

  // MARK: Sending

  /// Sends plaintext, in as few records as it fits.
  func send(_ bytes: [UInt8]) throws {
    seal(bytes)
    try transmit()
  }

  /// Encrypts without sending; `takeSealed` or the next `send` takes it.
  func seal(_ bytes: [UInt8]) {
    let outcome = session.write(unsafe bytes.span.bytes, into: &sealed)
    precondition(outcome == .done)
  }

  func takeSealed() -> [UInt8] {
    let bytes = sealed.bytes.array
    sealed.removeAll()
    return bytes
  }

  /// Sends bytes that TLS knows nothing of.
  func sendRaw(_ bytes: [UInt8]) throws {
    precondition(sealed.isEmpty)
    sealed.append(bytes)
    try transmit()
  }

  private func transmit() throws {
    while !sealed.isEmpty {
      switch socket?.send(from: &sealed) ?? .closed {
      case .count: continue
      case .wouldBlock: try wait(for: .write)
      case .closed, .failed: throw TestFailure("the server does not take what is sent")
      }
    }
  }

  /// Sends what the socket takes without waiting long; false where it takes nothing more.
  func sendUnlessBlocked(_ bytes: [UInt8], patienceMilliseconds: Int32) throws -> Bool {
    if sealed.isEmpty { seal(bytes) }
    while !sealed.isEmpty {
      switch socket?.send(from: &sealed) ?? .closed {
      case .count: continue
      case .wouldBlock:
        try poller.change(registration, to: .write)
        try poller.wait(timeoutMilliseconds: patienceMilliseconds)
        if poller.nextEvent() == nil { return false }
      case .closed, .failed: throw TestFailure("the server does not take what is sent")
      }
    }
    return true
  }

  /// Sends what `sendUnlessBlocked` left, while taking what arrives.
  func finishSending(_ taking: (FrameHeader, [UInt8]) -> Void) throws {
    while !sealed.isEmpty {
      switch socket?.send(from: &sealed) ?? .closed {
      case .count: continue
      case .wouldBlock:
        try wait(for: [.read, .write])
        if case .count? = socket?.receive(into: &ciphertext, upTo: 64 << 10) { decrypt() }
        while let (header, payload) = nextFrame() { taking(header, payload) }
      case .closed, .failed: throw TestFailure("the server does not take what is sent")
      }
    }
  }

  func nextNumber() -> CallNumber {
    lastCall += 1
    return CallNumber(rawValue: lastCall)
  }

  @discardableResult
  func start<Request: RequestMessage>(
    _ request: Request, number: CallNumber? = nil, timeoutMilliseconds: UInt32 = 0
  ) throws -> CallNumber {
    let number = number ?? nextNumber()
    try send(
      Frames.request(
        Request.method, request.encoded, number, timeoutMilliseconds: timeoutMilliseconds))
    return number
  }

  // MARK: Receiving

  /// The next frame, or how the connection ended.
  func next() throws -> Arrival {
    while true {
      if let (header, payload) = nextFrame() { return .frame(header, payload) }
      if hasClosed { return .closed }
      do {
        guard try receive() else { return hasClosed ? .closed : .cut }
      } catch is SystemError {
        return .cut
      }
      decrypt()
    }
  }

  private func nextFrame() -> (FrameHeader, [UInt8])? {
    guard case .frame(let header, let payload) = frames.next(in: plaintext.bytes) else {
      return nil
    }
    let bytes = plaintext.bytes.extracting(payload).array
    plaintext.consume(payload.upperBound)
    return (header, bytes)
  }

  private func decrypt() {
    let outcome = session.read(
      from: &ciphertext, into: &plaintext, upTo: .max, answering: &sealed)
    if outcome == .closed { hasClosed = true }
  }

  /// Waits for something to arrive; false where the server has ended.
  private func receive() throws -> Bool {
    while true {
      switch socket?.receive(into: &ciphertext, upTo: 64 << 10) ?? .closed {
      case .count: return true
      case .wouldBlock: try wait(for: .read)
      case .closed, .failed: return false
      }
    }
  }

  private func wait(for interest: Poller.Interest) throws {
    try poller.change(registration, to: interest)
    try poller.wait(timeoutMilliseconds: TestClient.patienceMilliseconds)
    if poller.nextEvent() == nil { throw TestFailure("nothing happens on the connection") }
  }

  /// The answer to a call, whatever else comes before it: after a goaway, too, what was received
  /// before it is answered.
  func answer(to number: CallNumber) throws -> (FrameHeader, [UInt8]) {
    if let answer = early.removeValue(forKey: number) { return answer }
    var end = "the connection ended before call \(number) was answered"
    while true {
      switch try next() {
      case .closed, .cut: throw TestFailure(end)
      case .frame(let header, let payload):
        guard header.kind == .response else {
          if header.kind == .goaway { end = "goaway: \(try Frames.reason(payload))" }
          continue
        }
        if header.call == number { return (header, payload) }
        precondition(early[header.call] == nil, "answered twice")
        early[header.call] = (header, payload)
      }
    }
  }

  /// The answers that came while others were waited for, and that nobody took.
  func takeEarly() -> [(FrameHeader, [UInt8])] {
    defer { early = [:] }
    return Array(early.values)
  }

  func finish<Request: RequestMessage>(
    _ number: CallNumber, _ type: Request.Type
  ) throws -> Request.Response {
    let (header, payload) = try answer(to: number)
    if header.status == .ok { return unsafe try Request.Response(decoding: payload.span.bytes) }
    throw try Frames.refusal(header, payload)
  }

  /// One call from beginning to end; throws the `Refusal` it is answered with.
  func call<Request: RequestMessage>(
    _ request: Request, timeoutMilliseconds: UInt32 = 0
  ) throws -> Request.Response {
    try finish(start(request, timeoutMilliseconds: timeoutMilliseconds), Request.self)
  }

  /// The refusal of a call that must not succeed.
  func refusal(of request: some RequestMessage, timeoutMilliseconds: UInt32 = 0) throws -> Refusal {
    do {
      _ = try call(request, timeoutMilliseconds: timeoutMilliseconds)
    } catch let refusal as Refusal {
      return refusal
    }
    throw TestFailure("it was not refused")
  }

  // MARK: Ending

  /// Says close_notify, and that nothing more is sent.
  func sayGoodbye() throws {
    session.close(into: &sealed)
    try transmit()
    socket?.finishSending()
  }

  /// Ends the sending without close_notify.
  func truncate() { socket?.finishSending() }

  /// Ends at once, with a reset in place of an end.
  func reset() {
    var rule = linger(l_onoff: 1, l_linger: 0)
    if let number = socket?.descriptor.number {
      _ = unsafe setsockopt(
        number, SOL_SOCKET, SO_LINGER, &rule, socklen_t(MemoryLayout<linger>.size))
    }
    close()
  }

  func close() {
    poller.remove(registration)
    socket = nil
  }

  /// The certificate the server showed, by its fingerprint.
  var serverFingerprint: [UInt8]? { session.peerCertificate.map { Array($0.fingerprint) } }
}
