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

  private func fails(
    _ arguments: [String], _ code: Int32, saying parts: [String], hiding secret: String? = nil,
    environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let daemon = try DaemonProcess(arguments, environment: environment)
    if (try? daemon.waitForLine("ready on ")) != nil {
      daemon.send(SIGKILL)
      Issue.record("it serves", sourceLocation: sourceLocation)
    }
    #expect(daemon.wait() == .exited(code), sourceLocation: sourceLocation)
    let log = daemon.log()
    for part in parts {
      #expect(log.contains(part), "\(log)", sourceLocation: sourceLocation)
    }
    if let secret { #expect(!log.contains(secret), sourceLocation: sourceLocation) }
    #expect(!log.contains("Fatal error"), sourceLocation: sourceLocation)
  }

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

  @Test(arguments: ["0.0.0.0:0", "[::]:0"])
  func `development mode listens on this machine only`(_ address: String) throws {
    try fails(
      ["serve", "--dev", "--data", directory.data, "--listen", address], EX_CONFIG,
      saying: ["loopback"])
    #expect(!Files.exists(directory.data))
  }

  @Test(arguments: ["init", "root-token"])
  func `a token file that is there, or cannot be, is refused before anything is made`(
    _ command: String
  ) throws {
    let taken = directory.file("taken")
    Files.write([1], to: taken)
    let arguments = [command, "--data", directory.data, "--root-token-file"]
    try fails(arguments + [taken], EX_CANTCREAT, saying: [taken, "name another"])
    try fails(
      arguments + [directory.file("nowhere/root")], EX_CANTCREAT, saying: ["nowhere", "directory"])
    #expect(!Files.exists(directory.data))
    #expect(Files.read(taken) == [1])
  }

  @Test func `init, then serve with a certificate`() throws {
    let (data, tokenFile) = (directory.data, directory.file("root"))
    let initialised = try DaemonProcess(["init", "--data", data, "--root-token-file", tokenFile])
    #expect(initialised.wait() == .exited(0))
    #expect(Files.mode(tokenFile) == 0o600)
    let token = try #require(Files.text(tokenFile)).filter { $0 != "\n" }
    #expect(!initialised.log().contains(token))
    try fails(
      ["init", "--data", data, "--root-token-file", directory.file("other")], EX_CONFIG,
      saying: ["tesserad serve --data"])
    #expect(!Files.exists(directory.file("other")))

    let serve = ["serve", "--data", data, "--listen", "127.0.0.1:0"]
    try fails(serve, EX_CONFIG, saying: ["--certificate", "--key"])
    let made = DevelopmentCertificates.make()
    for (name, bytes) in [
      ("ca.pem", made.authority), ("server.pem", made.certificate), ("server.key", made.privateKey),
    ] { Files.write(bytes, to: directory.file(name)) }
    let certificate = [
      "--certificate", directory.file("server.pem"), "--key", directory.file("server.key"),
    ]
    try fails(
      serve + ["--certificate", directory.file("server.pem"), "--key", directory.file("no.key")],
      EX_CONFIG, saying: ["no.key"])
    let daemon = try DaemonProcess(serve + certificate)
    let client = try daemon.connect(trusting: directory.file("ca.pem"))
    _ = try client.call(AuthenticateRequest(token: Secret(token)))
    #expect(try client.verdict(Secret(token)) == .allowed)
    try fails(
      ["root-token", "--data", data, "--root-token-file", directory.file("lost")], EX_TEMPFAIL,
      saying: ["in use by another process"])
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `an existing file is never taken for the root token`() throws {
    let file = directory.file("taken")
    Files.write(Array("mine".utf8), to: file)
    let daemon = try DaemonProcess(["init", "--data", directory.data, "--root-token-file", file])
    #expect(daemon.wait() != .exited(0))
    #expect(daemon.log().contains("taken"))
    #expect(Files.text(file) == "mine")
    // And the next attempt is not hindered by what this one left.
    let again = try DaemonProcess(
      ["init", "--data", directory.data, "--root-token-file", directory.file("free")])
    #expect(again.wait() == .exited(0))
  }

  @Test func `an empty directory and a foreign one are refused with what to do`() throws {
    let made = DevelopmentCertificates.make()
    Files.write(made.certificate, to: directory.file("server.pem"))
    Files.write(made.privateKey, to: directory.file("server.key"))
    let certificate = [
      "--certificate", directory.file("server.pem"), "--key", directory.file("server.key"),
    ]
    // It is not there at all.
    let missing = try DaemonProcess(["serve", "--data", directory.data] + certificate)
    #expect(missing.wait() != .exited(0))
    #expect(missing.log().contains("tesserad init --data \(directory.data)"), "\(missing.log())")
    #expect(!Files.exists(directory.data))
    // The temporary directory itself holds the certificates.
    try fails(
      ["serve", "--data", directory.path] + certificate, EX_CONFIG,
      saying: ["not empty", "a directory of its own"])
    try fails(
      ["init", "--data", directory.path, "--root-token-file", directory.file("root")], EX_CONFIG,
      saying: ["not empty"])
    try fails(
      ["serve", "--dev", "--data", directory.path, "--listen", "127.0.0.1:0"], EX_CONFIG,
      saying: ["not empty"])
    #expect(
      Files.names(in: directory.path).filter { $0 != "LOCK" } == ["server.key", "server.pem"])
  }

  @Test func `a second daemon on the same directory or the same port is refused`() throws {
    let daemon = try DaemonProcess.serve(directory)
    try fails(
      ["serve", "--dev", "--data", directory.data, "--listen", "127.0.0.1:0"], EX_TEMPFAIL,
      saying: ["in use by another process"])
    let other = TemporaryDirectory()
    let address = try daemon.address().description
    try fails(
      ["serve", "--dev", "--data", other.data, "--listen", address], EX_UNAVAILABLE,
      saying: [address, "--listen"])
    let client = try daemon.admin(directory)
    #expect(try client.call(HealthRequest()).status == .serving)
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

  struct BadSetting: Sendable {
    var environment: [String: String] = [:]
    var yaml = ""
    let name: String
  }

  @Test(arguments: [
    BadSetting(environment: ["TESSERAD_REACTORS": "many"], name: "reactors"),
    BadSetting(environment: ["TESSERAD_REACTORS": "0"], name: "reactors"),
    BadSetting(environment: ["TESSERAD_LISTEN": "localhost"], name: "listen"),
    BadSetting(environment: ["TESSERAD_LISTEN": "127.0.0.1:99999"], name: "listen"),
    BadSetting(environment: ["TESSERAD_LOG_LEVEL": "loud"], name: "log.level"),
    BadSetting(environment: ["TESSERAD_TLS_MINIMUM_VERSION": "1.1"], name: "tls.minimumVersion"),
    BadSetting(
      environment: ["TESSERAD_SNAPSHOTS_JOURNAL_MEBIBYTES": "0"],
      name: "snapshots.journalMebibytes"),
    BadSetting(
      environment: ["TESSERAD_JOURNAL_SEGMENT_MEBIBYTES": "0"], name: "journal.segmentMebibytes"),
    BadSetting(yaml: "timeouts:\n  idleSeconds: 0\n", name: "timeouts.idleSeconds"),
    BadSetting(yaml: "timeouts:\n  idleSeconds: soon\n", name: "timeouts.idleSeconds"),
    BadSetting(
      yaml: "snapshots:\n  journalMebibytes: 100000\n", name: "snapshots.journalMebibytes"),
    BadSetting(yaml: "tls:\n  clients:\n    - name=a\n", name: "tls.clients"),
    BadSetting(
      yaml: "tls:\n  clients:\n    - name=a commonName=b permissions=fly\n", name: "tls.clients"),
    BadSetting(environment: ["TESSERAD_CONFIRM_CHANGES": "maybe"], name: "confirmChanges"),
    BadSetting(environment: ["TESSERAD_TOKENS_PER_USER": "0"], name: "tokensPerUser"),
    BadSetting(environment: ["TESSERAD_SORTED_MATCHES": "100001"], name: "sortedMatches"),
    BadSetting(yaml: "sortedMatches: all\n", name: "sortedMatches"),
    BadSetting(environment: ["TESSERAD_PURGE_AFTER": "90"], name: "purgeAfter"),
    BadSetting(environment: ["TESSERAD_EVENTS_KEPT": "0"], name: "events.kept"),
    BadSetting(yaml: "events:\n  keptFor: 1s\n", name: "events.keptFor"),
    BadSetting(yaml: "proxyClientKeys: ['']\n", name: "proxyClientKeys[0]"),
    BadSetting(yaml: "a: b: c\n", name: "tesserad.yaml"),
    BadSetting(yaml: "tls:\n  minimumversion: '1.2'\n", name: "'tls.minimumversion'"),
    BadSetting(yaml: "log: debug\n", name: "'log'"),
    BadSetting(yaml: "reactors\n", name: "tesserad.yaml"),
  ])
  func `a bad setting is refused by its name`(_ setting: BadSetting) throws {
    var arguments = ["serve", "--dev", "--data", directory.data]
    if !setting.yaml.isEmpty {
      Files.write(Array(setting.yaml.utf8), to: directory.file("tesserad.yaml"))
      arguments += ["--config", directory.file("tesserad.yaml")]
    }
    try fails(
      arguments, EX_CONFIG, saying: [setting.name], environment: setting.environment)
    #expect(!Files.exists(directory.data))
  }

  @Test func `a proxy key that reads as a token is refused, and not shown`() throws {
    let key = "default:production." + String(repeating: "0123456789abcdef", count: 4)
    let made = directory.file("tesserad.yaml")
    Files.write(Array("proxyClientKeys: [first, '\(key)']\n".utf8), to: made)
    let arguments = ["serve", "--dev", "--data", directory.data]
    for (extra, environment) in [
      (["--config", made], [:]), ([], ["TESSERAD_PROXY_CLIENT_KEYS": "first;\(key)"]),
    ] {
      try fails(
        arguments + extra, EX_CONFIG, saying: ["proxyClientKeys[1]"], hiding: "0123456789abcdef",
        environment: environment)
    }
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
