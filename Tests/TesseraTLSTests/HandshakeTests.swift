import Testing
import TesseraBytes

@testable import TesseraTLS

@Suite struct HandshakeTests {
  @Test(arguments: [1, 2, 7, 100, Int.max])
  func `a handshake completes however its bytes arrive`(chunk: Int) throws {
    var pair = try Pair()
    let outcomes = pair.shakeHands(chunk: chunk)
    #expect(outcomes == (.done, .done))
    let facts = (
      pair.client.session.isEstablished, pair.server.session.isEstablished,
      pair.client.session.versionText, pair.server.session.applicationProtocol
    )
    #expect(facts == (true, true, "TLSv1.3", "tessera/1"))
    let peer = pair.client.session.peerCertificate
    #expect(peer?.commonName == "localhost")
    let none = pair.server.session.peerCertificate
    #expect(none == nil)
  }

  @Test(arguments: ["localhost", "127.0.0.1", "::1"])
  func `the development certificate is good for this machine's names`(name: String) throws {
    var pair = try Pair(serverName: name)
    let outcomes = pair.shakeHands()
    #expect(outcomes == (.done, .done))
  }

  @Test(arguments: ["example.org", "127.0.0.2", "::2", "localhost.example.org"])
  func `a server of another name is refused by the client`(name: String) throws {
    var pair = try Pair(serverName: name)
    let outcomes = pair.shakeHands()
    #expect(outcomes.client.failure?.kind == .certificate)
    #expect(outcomes.client.failure?.reason.contains("mismatch") == true)
    // The server hears of it by an alert.
    #expect(outcomes.server.failure?.kind == .certificate)
  }

  @Test func `a server of an unknown authority is refused by the client`() throws {
    var pair = try Pair(client: Fixture.clientOptions(DevelopmentCertificates.make()))
    let outcomes = pair.shakeHands()
    #expect(outcomes.client.failure?.kind == .certificate)
    #expect(outcomes.client != .done && outcomes.server != .done)
  }

  @Test func `a name that cannot be a server's is refused before the handshake`() throws {
    let context = try TLSContext(client: Fixture.clientOptions())
    for name in ["", String(repeating: "a", count: 300)] {
      #expect(throws: TLSConfigurationError.self) {
        _ = try TLSSession(client: context, serverName: name)
      }
    }
  }

  @Test(
    arguments: [
      (["tessera/1"], "tessera/1"), (["h2", "tessera/1"], "tessera/1"), ([], nil),
      (["tessera/1", "h2"], "tessera/1"),
    ] as [([String], String?)])
  func `a client that offers the protocol, or no names at all, is served`(
    offer: [String], agreed: String?
  ) throws {
    var options = Fixture.clientOptions()
    options.applicationProtocols = offer
    var pair = try Pair(client: options)
    let outcomes = pair.shakeHands()
    #expect(outcomes == (.done, .done))
    let names = (
      pair.client.session.applicationProtocol, pair.server.session.applicationProtocol
    )
    #expect(names == (agreed, agreed))
  }

  @Test(arguments: [["h2"], ["tessera/2"], ["tessera/"], ["tessera/11", "http/1.1"]])
  func `a client that offers only other names is refused in the handshake`(
    offer: [String]
  ) throws {
    var options = Fixture.clientOptions()
    options.applicationProtocols = offer
    var pair = try Pair(client: options)
    let outcomes = pair.shakeHands()
    #expect(outcomes.server.failure?.kind == .protocolViolation)
    #expect(outcomes.client.failure?.reason.contains("no application protocol") == true)
  }

  @Test func `TLS 1.2 is refused unless it is asked for, and then with an AEAD suite only`() throws
  {
    var old = Fixture.clientOptions()
    old.minimumVersion = .tls12
    old.maximumVersion = .tls12
    var refused = try Pair(client: old)
    let refusal = refused.shakeHands()
    #expect(refusal.server.failure != nil)
    #expect(refusal.client.failure != nil)

    var server = Fixture.serverOptions()
    server.minimumVersion = .tls12
    var pair = try Pair(server: server, client: old)
    let outcomes = pair.shakeHands()
    #expect(outcomes == (.done, .done))
    let (version, cipher) = (pair.server.session.versionText, pair.server.session.cipherText)
    #expect(version == "TLSv1.2")
    #expect(cipher.hasPrefix("ECDHE-ECDSA-") && (cipher.contains("GCM") || cipher.contains("POLY")))
    let written = pair.client.write([1, 2, 3])
    #expect(written == .done)
    _ = pair.carry()
    #expect(pair.server.read() == .needsInput)
    #expect(pair.server.takePlaintext() == [1, 2, 3])
  }

  @Test(arguments: [
    "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n",
    String(repeating: "\0", count: 100), String(repeating: "\u{16}", count: 100),
  ])
  func `bytes that are not TLS fail the handshake`(text: String) throws {
    var end = End(TLSSession(server: try TLSContext(server: Fixture.serverOptions())))
    end.input.append(utf8: text)
    let outcome = end.handshake()
    #expect(outcome.failure?.kind == .notTLS)
  }

  @Test func `a handshake that is cut off anywhere needs more, and its end is a truncation`() throws
  {
    var whole = try Pair()
    _ = whole.client.handshake()
    let hello = whole.client.output.bytes.array
    for count in [0, 1, 4, 5, 6, hello.count - 1] {
      var end = End(TLSSession(server: try TLSContext(server: Fixture.serverOptions())))
      end.input.append(Array(hello[..<count]))
      let outcome = end.handshake()
      #expect(outcome == .needsInput)
      let failure = end.session.outcomeOfTransportEnd.failure
      #expect(failure?.kind == .truncated)
    }
  }
}
