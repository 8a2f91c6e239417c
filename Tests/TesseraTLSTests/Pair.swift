import Testing
import TesseraBytes

@testable import TesseraTLS

/// An authority and a server's certificate, made once: tests that need others make their own.
enum Fixture {
  static let certificates = DevelopmentCertificates.make()

  static func serverOptions(
    _ certificates: DevelopmentCertificates = certificates
  ) -> TLSContext.ServerOptions {
    TLSContext.ServerOptions(
      certificateChain: .bytes(certificates.certificate, name: "server.pem"),
      privateKey: .bytes(certificates.privateKey, name: "server.key"))
  }

  static func clientOptions(
    _ certificates: DevelopmentCertificates = certificates
  ) -> TLSContext.ClientOptions {
    TLSContext.ClientOptions(authority: .bytes(certificates.authority, name: "ca.pem"))
  }
}

/// One end of a connection in memory: a session and what it has for the other end.
struct End: ~Copyable {
  var session: TLSSession
  /// Ciphertext from the other end that this one has yet to take.
  var input = ByteBuffer()
  /// Ciphertext for the other end, not yet delivered.
  var output = ByteBuffer()
  var plaintext = ByteBuffer()

  init(_ session: consuming TLSSession) { self.session = session }

  mutating func handshake() -> TLSOutcome { session.handshake(from: &input, into: &output) }

  mutating func read(upTo limit: Int = .max) -> TLSOutcome {
    session.read(from: &input, into: &plaintext, upTo: limit, answering: &output)
  }

  mutating func write(_ bytes: [UInt8]) -> TLSOutcome {
    session.write(unsafe bytes.span.bytes, into: &output)
  }

  mutating func takePlaintext() -> [UInt8] {
    let bytes = plaintext.bytes.array
    plaintext.removeAll()
    return bytes
  }
}

/// Both ends of a connection in memory.
struct Pair: ~Copyable {
  var client: End
  var server: End

  init(
    server: TLSContext.ServerOptions = Fixture.serverOptions(),
    client: TLSContext.ClientOptions = Fixture.clientOptions(), serverName: String = "localhost"
  ) throws {
    let (clientContext, serverContext) = (
      try TLSContext(client: client), try TLSContext(server: server)
    )
    let session = try TLSSession(client: clientContext, serverName: serverName)
    self.client = End(session)
    self.server = End(TLSSession(server: serverContext))
  }

  /// Carries at most `chunk` bytes each way; false where there was nothing to carry.
  mutating func carry(_ chunk: Int = .max) -> Bool {
    let toServer = Pair.move(chunk, from: &client.output, to: &server.input)
    let toClient = Pair.move(chunk, from: &server.output, to: &client.input)
    return toServer || toClient
  }

  private static func move(
    _ chunk: Int, from source: inout ByteBuffer, to target: inout ByteBuffer
  ) -> Bool {
    let count = min(chunk, source.count)
    if count == 0 { return false }
    target.append(source.bytes.extracting(first: count))
    source.consume(count)
    return true
  }

  /// Runs the handshake to its end on both sides, `chunk` bytes at a time.
  mutating func shakeHands(chunk: Int = .max) -> (client: TLSOutcome, server: TLSOutcome) {
    var outcomes = (client: client.handshake(), server: TLSOutcome.needsInput)
    while carry(chunk) {
      if outcomes.server == .needsInput { outcomes.server = server.handshake() }
      if outcomes.client == .needsInput { outcomes.client = client.handshake() }
    }
    return outcomes
  }

  /// A pair whose handshake is done.
  static func established(
    server: TLSContext.ServerOptions = Fixture.serverOptions(),
    client: TLSContext.ClientOptions = Fixture.clientOptions()
  ) throws -> Pair {
    var pair = try Pair(server: server, client: client)
    let outcomes = pair.shakeHands()
    try #require(outcomes == (.done, .done))
    return pair
  }
}

extension TLSOutcome {
  var failure: TLSFailure? {
    if case .failed(let failure) = self { failure } else { nil }
  }
}
