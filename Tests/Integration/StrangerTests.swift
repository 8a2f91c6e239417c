import Glibc
import TesseraCrypto
import TesseraModel
import TesseraServer
import TesseraWire
import Testing

/// What those can do who have not said who they are.
@Suite struct StrangerTests {
  @Test func `a long frame is taken of a known caller only`() throws {
    let authority = try TestAuthority()
    let long = Frames.request(
      .health, [UInt8](repeating: 0, count: Limits.strangersFrameLength), CallNumber(rawValue: 7))
    let stranger = try authority.connect()
    // The first bytes are enough: nothing is held of the rest.
    try stranger.send(Array(long.prefix(4)))
    guard case .frame(let header, let payload) = try stranger.next() else {
      Issue.record("no goaway")
      return
    }
    #expect(header.kind == .goaway && header.status == .resourceExhausted)
    #expect(try Frames.reason(payload).contains("\(Limits.strangersFrameLength)"))
    #expect(try stranger.next() == .closed)

    // Who says so in the frame before is known.
    let client = try authority.connect()
    let authenticate = Frames.request(
      .authenticate, AuthenticateRequest(token: authority.rootToken).encoded,
      CallNumber(rawValue: 6))
    try client.send(authenticate + long)
    #expect(try client.answer(to: CallNumber(rawValue: 6)).0.status == .ok)
    #expect(try client.answer(to: CallNumber(rawValue: 7)).0.kind == .response)
  }

  @Test(.timeLimit(.minutes(1)))
  func `a connection on which nobody authenticates ends when a handshake would`() throws {
    let authority = try TestAuthority { $0.handshakeTimeout = .seconds(1) }
    let stranger = try authority.connect()
    // Ends with the goaway, or with the time limit. One frame for each that is read, so that none
    // is behind the goaway; what is sent when that is on its way may find nobody.
    for number in UInt32(1)... {
      try? stranger.send(
        number % 2 == 0
          ? Frames.bare(.ping) : Frames.request(.health, [], CallNumber(rawValue: number)))
      guard case .frame(let header, let payload) = try stranger.next() else {
        Issue.record("it ended without a goaway")
        return
      }
      if header.kind == .pong || header.kind == .response { continue }
      #expect(header.kind == .goaway)
      #expect(try Frames.reason(payload).contains("authenticated"))
      return
    }
  }

  @Test func `who shows one wrong value after the other is disconnected`() throws {
    let authority = try TestAuthority()
    let stranger = try authority.connect()
    let wrong = Frames.request(
      .authenticate, AuthenticateRequest(token: Secret(TokenValue.make(prefix: "*:*."))).encoded,
      CallNumber(rawValue: 1))
    for _ in 0..<Limits.wrongTokensPerConnection {
      try stranger.send(wrong)
      #expect(try stranger.answer(to: CallNumber(rawValue: 1)).0.status == .unauthenticated)
    }
    guard case .frame(let header, _) = try stranger.next() else {
      Issue.record("no goaway")
      return
    }
    #expect(header.kind == .goaway && header.status == .resourceExhausted)
    #expect(try stranger.next() == .closed)
    #expect(
      authority.server.counters[.tokensRefused] == UInt64(Limits.wrongTokensPerConnection))
    _ = try authority.admin()
  }

  @Test func `a proxy client key is not told from a value that nobody has`() throws {
    let authority = try TestAuthority(proxyKeys: ["proxy-secret"])
    func refusal(_ value: String) throws -> Refusal {
      try authority.connect().refusal(of: AuthenticateRequest(token: Secret(value)))
    }
    let held = try refusal("proxy-secret")
    #expect(held.code == .unauthenticated)
    #expect(try refusal("proxy-sacred") == held)
  }
}

@Suite struct OutcomeUnknownTests {
  @Test func `a change whose sync failed is not said to be undone, and a later one is`() throws {
    let disk = try ControlledDisk()
    let authority = try TestAuthority(on: disk)
    let client = try authority.admin()
    disk.synchronizeError = EIO
    let first = try client.refusal(of: TestClient.request(.client))
    #expect(first.code == .unavailable)
    #expect(first.message.contains("may be there") && !first.message.contains("nothing"))
    #expect(first.isOutcomeUnknown)
    let later = try client.refusal(of: TestClient.request(.client))
    #expect(later.message.contains("nothing was changed"))
  }
}

@Suite struct CertificateSettingTests {
  @Test func `a certificate that is mapped twice is refused`() throws {
    let directory = TemporaryDirectory()
    let yaml = """
      tls:
        clients:
          - name=a commonName=b permissions=tokens.read
          - name=c commonName=b permissions=all

      """
    Files.write(Array(yaml.utf8), to: directory.file("tesserad.yaml"))
    let daemon = try DaemonProcess([
      "serve", "--dev", "--data", directory.data, "--config", directory.file("tesserad.yaml"),
    ])
    #expect(daemon.wait() == .exited(EX_CONFIG))
    #expect(daemon.log().contains("map the same certificate"))
  }

  @Test func `a name that two certificates are mapped to is refused`() throws {
    let directory = TemporaryDirectory()
    let daemon = try DaemonProcess(
      ["serve", "--dev", "--data", directory.data],
      environment: [
        "TESSERAD_TLS_CLIENTS":
          "name=gateway commonName=a permissions=all;name=gateway commonName=b permissions=all"
      ])
    #expect(daemon.wait() == .exited(EX_CONFIG))
    #expect(daemon.log().contains("two elements have the name 'gateway'"))
  }

  @Test func `the environment may name every setting, and several clients`() throws {
    let directory = TemporaryDirectory()
    let environment = [
      "TESSERAD_DATA": directory.data, "TESSERAD_LISTEN": "127.0.0.1:0",
      "TESSERAD_REACTORS": "1", "TESSERAD_LOG_LEVEL": "info",
      "TESSERAD_TLS_MINIMUM_VERSION": "1.2",
      "TESSERAD_TIMEOUTS_HANDSHAKE_SECONDS": "1", "TESSERAD_TIMEOUTS_IDLE_SECONDS": "1",
      "TESSERAD_TIMEOUTS_DRAIN_SECONDS": "1", "TESSERAD_SNAPSHOTS_INTERVAL_SECONDS": "1",
      "TESSERAD_SNAPSHOTS_JOURNAL_MEBIBYTES": "1", "TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "1",
    ]
    let daemon = try DaemonProcess(["serve", "--dev"], environment: environment)
    _ = try daemon.address()
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
    // Each is read: what is no number is refused by the setting's name.
    for variable in environment.keys where variable.contains("SECONDS") || variable.hasSuffix("S") {
      var wrong = environment
      wrong[variable] = "many"
      let refused = try DaemonProcess(["serve", "--dev"], environment: wrong)
      #expect(refused.wait() == .exited(EX_CONFIG), "\(variable)")
    }
    var clients = environment
    clients["TESSERAD_TLS_CLIENT_AUTHORITY"] = "\(directory.data)/tls/ca.pem"
    clients["TESSERAD_TLS_CLIENTS"] =
      "name=a commonName=b permissions=tokens.read,tokens.validate;"
      + "name=c commonName=d permissions=all"
    let mapped = try DaemonProcess(["serve", "--dev"], environment: clients)
    _ = try mapped.address()
  }

  @Test func `the daemon takes as many files as it may`() throws {
    let directory = TemporaryDirectory()
    let daemon = try DaemonProcess.serve(directory)
    let limits = try #require(Files.text("/proc/\(daemon.identifier)/limits"))
    let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
    let numbers = line.split(separator: " ").compactMap { Int($0) }
    #expect(numbers.count == 2 && numbers[0] == numbers[1])
  }
}
