import Glibc
import Testing
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraTLS
import TesseraWire

/// What the daemon does not begin with, and says why.
@Suite struct DaemonRefusalTests {
  private let directory = TemporaryDirectory()

  @Test(arguments: ["0.0.0.0:0", "[::]:0"])
  func `development mode listens on this machine only`(_ address: String) throws {
    try DaemonProcess.expectFailure(
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
    try DaemonProcess.expectFailure(
      arguments + [taken], EX_CANTCREAT, saying: [taken, "name another"])
    try DaemonProcess.expectFailure(
      arguments + [directory.file("nowhere/root")], EX_CANTCREAT, saying: ["nowhere", "directory"])
    #expect(!Files.exists(directory.data))
    #expect(Files.read(taken) == [1])
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
    try DaemonProcess.expectFailure(
      ["serve", "--data", directory.path] + certificate, EX_CONFIG,
      saying: ["not empty", "a directory of its own"])
    try DaemonProcess.expectFailure(
      ["init", "--data", directory.path, "--root-token-file", directory.file("root")], EX_CONFIG,
      saying: ["not empty"])
    try DaemonProcess.expectFailure(
      ["serve", "--dev", "--data", directory.path, "--listen", "127.0.0.1:0"], EX_CONFIG,
      saying: ["not empty"])
    #expect(
      Files.names(in: directory.path).filter { $0 != "LOCK" } == ["server.key", "server.pem"])
  }

  @Test func `a second daemon on the same directory or the same port is refused`() throws {
    let daemon = try DaemonProcess.serve(directory)
    try DaemonProcess.expectFailure(
      ["serve", "--dev", "--data", directory.data, "--listen", "127.0.0.1:0"], EX_TEMPFAIL,
      saying: ["in use by another process"])
    let other = TemporaryDirectory()
    let address = try daemon.address().description
    try DaemonProcess.expectFailure(
      ["serve", "--dev", "--data", other.data, "--listen", address], EX_UNAVAILABLE,
      saying: [address, "--listen"])
    let client = try daemon.admin(directory)
    #expect(try client.call(HealthRequest()).status == .serving)
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
    try DaemonProcess.expectFailure(
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
      try DaemonProcess.expectFailure(
        arguments + extra, EX_CONFIG, saying: ["proxyClientKeys[1]"], hiding: "0123456789abcdef",
        environment: environment)
    }
  }
}
