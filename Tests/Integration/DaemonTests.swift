import Glibc
import Testing
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraTLS
import TesseraWire

/// The daemon as its operator meets it.
@Suite struct DaemonTests {
  private let directory = TemporaryDirectory()

  @Test func `development mode makes what it needs, for its owner alone, and keeps it`() throws {
    let first = try DaemonProcess.serve(directory)
    let token = try #require(Files.text("\(directory.data)/root.token"))
    #expect(Files.mode("\(directory.data)/root.token") == 0o600)
    #expect(Files.mode("\(directory.data)/tls/server.key") == 0o600)
    #expect(Files.names(in: "\(directory.data)/tls") == ["ca.pem", "server.key", "server.pem"])
    let issued = try first.admin(directory).issue(.client)
    first.send(SIGTERM)
    #expect(first.wait() == .exited(0))
    #expect(!first.log().contains(token.dropLast()))

    let second = try DaemonProcess.serve(directory)
    #expect(Files.text("\(directory.data)/root.token") == token)
    #expect(try second.admin(directory).verdict(issued.value) == .allowed)
    second.send(SIGINT)
    #expect(second.wait() == .exited(0))
  }

  @Test func `init, then serve with a certificate`() throws {
    let (data, tokenFile) = (directory.data, directory.file("root"))
    let initialised = try DaemonProcess(["init", "--data", data, "--root-token-file", tokenFile])
    #expect(initialised.wait() == .exited(0))
    #expect(Files.mode(tokenFile) == 0o600)
    let token = try #require(Files.text(tokenFile)).filter { $0 != "\n" }
    #expect(!initialised.log().contains(token))
    try DaemonProcess.expectFailure(
      ["init", "--data", data, "--root-token-file", directory.file("other")], EX_CONFIG,
      saying: ["tesserad serve --data"])
    #expect(!Files.exists(directory.file("other")))

    let serve = ["serve", "--data", data, "--listen", "127.0.0.1:0"]
    try DaemonProcess.expectFailure(serve, EX_CONFIG, saying: ["--certificate", "--key"])
    let made = DevelopmentCertificates.make()
    for (name, bytes) in [
      ("ca.pem", made.authority), ("server.pem", made.certificate), ("server.key", made.privateKey),
    ] { Files.write(bytes, to: directory.file(name)) }
    let certificate = [
      "--certificate", directory.file("server.pem"), "--key", directory.file("server.key"),
    ]
    try DaemonProcess.expectFailure(
      serve + ["--certificate", directory.file("server.pem"), "--key", directory.file("no.key")],
      EX_CONFIG, saying: ["no.key"])
    let daemon = try DaemonProcess(serve + certificate)
    let client = try daemon.connect(trusting: directory.file("ca.pem"))
    _ = try client.call(AuthenticateRequest(token: Secret(token)))
    #expect(try client.verdict(Secret(token)) == .allowed)
    try DaemonProcess.expectFailure(
      ["root-token", "--data", data, "--root-token-file", directory.file("lost")], EX_TEMPFAIL,
      saying: ["in use by another process"])
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `root-token makes another ADMIN token for who lost theirs`() throws {
    let first = try DaemonProcess.serve(directory)
    let issued = try first.admin(directory).issue(.client)
    first.send(SIGTERM)
    #expect(first.wait() == .exited(0))
    let file = directory.file("found")
    let made = try DaemonProcess([
      "root-token", "--data", directory.data, "--root-token-file", file,
    ])
    #expect(made.wait() == .exited(0))
    #expect(Files.mode(file) == 0o600)
    let value = Secret(try #require(Files.text(file)).filter { $0 != "\n" })
    #expect(!made.log().contains(value.text))
    let second = try DaemonProcess.serve(directory)
    let client = try second.connect(trusting: "\(directory.data)/tls/ca.pem")
    _ = try client.call(AuthenticateRequest(token: value))
    let caller = try #require(try client.call(WhoAmIRequest()).caller)
    guard case .token(let id)? = caller.actor else {
      Issue.record("no token")
      return
    }
    #expect(try client.call(GetRequest(id)).token?.createdBy == .offline("root-token"))
    #expect(try client.verdict(issued.value) == .allowed)
  }

  @Test func `SIGTERM answers every call that was received, then exits 0`() throws {
    let daemon = try DaemonProcess.serve(directory)
    let client = try daemon.admin(directory)
    _ = try client.issue(.client)
    var burst: [UInt8] = []
    for number: UInt32 in 1000..<1300 {
      burst += Frames.request(
        .issue, TestClient.request(.client).encoded, CallNumber(rawValue: number))
    }
    try client.send(burst)
    daemon.send(SIGTERM)
    var answers: [CallNumber: FrameHeader] = [:]
    var values: [Secret] = []
    while case .frame(let header, let payload) = try client.next() {
      guard header.kind == .response else { continue }
      #expect(answers.updateValue(header, forKey: header.call) == nil)
      #expect(header.status == .ok || header.status == .unavailable)
      guard header.status == .ok else { continue }
      values.append(try #require(unsafe IssueResponse(decoding: payload.span.bytes).value))
    }
    #expect(answers.count == 300)
    client.close()
    #expect(daemon.wait() == .exited(0))
    let log = daemon.log()
    #expect(log.contains("stopped"))
    for value in values { #expect(!log.contains(value.text)) }

    let next = try DaemonProcess.serve(directory)
    let reader = try next.admin(directory)
    #expect(try reader.call(HealthRequest()).tokens == UInt64(values.count + 2))
    for value in values { #expect(try reader.verdict(value) == .allowed) }
  }

  @Test func `SIGHUP shows a new certificate to new connections, and a bad one changes nothing`()
    throws
  {
    let daemon = try DaemonProcess.serve(directory)
    let client = try daemon.admin(directory)
    let before = try #require(client.serverFingerprint)
    let tls = "\(directory.data)/tls"
    Files.write(Array("no certificate".utf8), to: "\(tls)/server.pem")
    daemon.send(SIGHUP)
    #expect(try daemon.waitForLine("nothing was changed").contains("server.pem"))
    #expect(try daemon.admin(directory).serverFingerprint == before)

    let made = DevelopmentCertificates.make()
    Files.write(made.authority, to: "\(tls)/ca.pem")
    Files.write(made.certificate, to: "\(tls)/server.pem")
    Files.write(made.privateKey, to: "\(tls)/server.key")
    daemon.send(SIGHUP)
    _ = try daemon.waitForLine("certificates and proxy keys were read again")
    try eventually("the new certificate is shown") {
      (try? daemon.admin(directory)) != nil
    }
    #expect(try daemon.admin(directory).serverFingerprint != before)
    #expect(try client.call(HealthRequest()).status == .serving)
    daemon.send(SIGTERM)
    client.close()
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `how many tokens a user has, and how many a list sorts, is as configured`() throws {
    let file = directory.file("tesserad.yaml")
    Files.write(Array("tokensPerUser: 2\n".utf8), to: file)
    let daemon = try DaemonProcess.serve(
      directory, ["--config", file], environment: ["TESSERAD_SORTED_MATCHES": "2"])
    let client = try daemon.admin(directory)
    try client.create("ada")
    for _ in 0..<2 { _ = try client.issue(.personal) }
    let third = try client.refusal(of: TestClient.request(.personal))
    #expect(third.code == .resourceExhausted && third.field == "owner")
    var request = ListRequest()
    request.sort = .name
    let refusal = try client.refusal(of: request)
    #expect(refusal.code == .failedPrecondition && refusal.message.contains("more than 2 tokens"))
    request.owner = "ada"
    #expect(try client.call(request).tokens.count == 2)
    daemon.send(SIGTERM)
    client.close()
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `proxy keys are read at the start, and again on SIGHUP`() throws {
    let file = directory.file("tesserad.yaml")
    Files.write(Array("proxyClientKeys: [one]\n".utf8), to: file)
    let daemon = try DaemonProcess.serve(directory, ["--config", file])
    let client = try daemon.admin(directory)
    func verdict(_ key: String) throws -> Verdict? {
      try client.verdict(Secret(key)) { $0.kinds = KindSet(.proxyKey) }
    }
    #expect(try verdict("one") == .allowed)
    Files.write(Array("proxyClientKeys: [two]\n".utf8), to: file)
    daemon.send(SIGHUP)
    _ = try daemon.waitForLine("certificates and proxy keys were read again")
    #expect(try verdict("one") == .malformed)
    #expect(try verdict("two") == .allowed)
    daemon.send(SIGTERM)
    client.close()
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `no value is ever in the log or on disk`() throws {
    let daemon = try DaemonProcess.serve(directory, ["--log-level", "trace"])
    let client = try daemon.admin(directory)
    var values: [Secret] = []
    try client.create("ada", password: "difference engine")
    for kind in [TokenKind.admin, .personal, .client, .frontend, .service] {
      let token = try client.issue(kind)
      values.append(token.value)
      _ = try client.validate(token.value) { $0.kinds = .all }
      let other = try daemon.connect(trusting: "\(directory.data)/tls/ca.pem")
      _ = try? other.call(AuthenticateRequest(token: token.value))
      _ = try? other.call(AuthenticateRequest(token: Secret(token.value.text + "x")))
      try? other.send(Frames.raw(kind: 9, payload: token.value.bytes))
      _ = try client.call(RevokeRequest(.value(token.value)))
    }
    daemon.send(SIGTERM)
    client.close()
    #expect(daemon.wait() == .exited(0))
    let log = daemon.log()
    let journal = Files.names(in: "\(directory.data)/journal").flatMap {
      Files.read("\(directory.data)/journal/\($0)") ?? []
    }
    #expect(!journal.isEmpty)
    for value in values {
      let hash = value.text.suffix(64)
      #expect(!log.contains(hash))
      #expect(!journal.contains(Array(hash.utf8)))
      #expect(!journal.contains(Array(hash.prefix(16).utf8)))
    }
  }

  @Test func `a daemon without free descriptors serves who is there, and others later`() throws {
    let daemon = try DaemonProcess.serve(directory, ["--reactors", "1"], openFiles: 40)
    let client = try daemon.admin(directory)
    let token = try client.issue(.client)
    let address = try daemon.address()
    let context = try TLSContext(client: TLSContext.ClientOptions())
    var crowd = try (0..<60).map { _ in try TestClient(address, context) }
    _ = try daemon.waitForLine("no more connections")
    for _ in 0..<500 { #expect(try client.verdict(token.value) == .allowed) }
    // It says so seldom: its log is not what fills the disk.
    #expect(daemon.log().split(separator: "\n").count < 100)
    crowd.removeAll()
    #expect(try daemon.admin(directory).verdict(token.value) == .allowed)
  }

  @Test func `connections that come and go in every way leave nothing open`() throws {
    let daemon = try DaemonProcess.serve(directory)
    let client = try daemon.admin(directory)
    let address = try daemon.address()
    let context = try TLSContext(
      client: TLSContext.ClientOptions(authority: .file("\(directory.data)/tls/ca.pem")))
    let before = daemon.openFiles
    for round in 0..<200 {
      let other = try TestClient(address, context)
      switch round % 5 {
      case 0: other.reset()
      case 1: try? other.sendRaw([0x16, 3, 1, 0, 200, 1])
      case 2: try? other.sendRaw(Array("SSH-2.0-test\r\n".utf8))
      case 3:
        try other.shakeHands()
        try other.start(HealthRequest())
        other.reset()
      default:
        try other.shakeHands()
        try other.sayGoodbye()
      }
    }
    try eventually("all are closed") {
      _ = try client.call(HealthRequest())
      return daemon.openFiles <= before
    }
  }
}
