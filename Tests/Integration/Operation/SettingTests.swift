import Glibc
import Testing
import TesseraTLS

@testable import tesserad

/// Which settings there are, and what their paths are relative to.
@Suite struct SettingTests {
  private let directory = TemporaryDirectory()

  private func refusal(
    _ arguments: [String] = [], environment: [String: String] = [:], in folder: String? = nil
  ) throws -> String {
    let daemon = try DaemonProcess(
      ["serve"] + arguments, environment: environment, in: folder)
    #expect(daemon.wait() == .exited(EX_CONFIG))
    return daemon.log()
  }

  @Test func `a variable that names no setting is refused, with the name that is near`() throws {
    let arguments = ["--dev", "--data", directory.data]
    let secret = "nobody-shall-read-this"
    let near = try refusal(arguments, environment: ["TESSERAD_PROXY_CLIENT_KEY": secret])
    #expect(
      near.contains("TESSERAD_PROXY_CLIENT_KEY is no setting; TESSERAD_PROXY_CLIENT_KEYS may be"))
    #expect(!near.contains(secret))
    let far = try refusal(arguments, environment: ["TESSERAD_X": "1"])
    #expect(far.contains("there are TESSERAD_CONFIRM_CHANGES, TESSERAD_DATA,"))
    let port = try refusal(arguments, environment: ["TESSERAD_PORT": "7421"])
    #expect(port.contains("TESSERAD_PORT is no setting"))
    #expect(!Files.exists(directory.data))
  }

  @Test func `what Kubernetes tells of a service of that name is no setting, and no mistake`()
    throws
  {
    try SettingNames.check(environment: ["TESSERA_TOKEN_FILE": "root.token"])
    for service in ["TESSERAD", "TESSERAD_METRICS", "TESSERAD_TLS_CLIENTS_2"] {
      try SettingNames.check(environment: [
        "\(service)_SERVICE_HOST": "10.0.0.1", "\(service)_SERVICE_PORT": "9090",
        "\(service)_SERVICE_PORT_HTTP_METRICS": "9090", "\(service)_PORT": "tcp://10.0.0.1:9090",
        "\(service)_PORT_9090_TCP": "tcp://10.0.0.1:9090", "\(service)_PORT_9090_TCP_PORT": "9090",
        "\(service)_PORT_9090_TCP_ADDR": "10.0.0.1", "\(service)_PORT_9090_TCP_PROTO": "tcp",
      ])
    }
  }

  @Test(arguments: [
    "TESSERAD_SERVICE", "TESSERAD_SERVICE_HOSTS", "TESSERAD_HOST", "TESSERAD_LISTEN_PORT",
    "TESSERAD_METRICS_PORT", "TESSERAD_PORT_9090", "TESSERAD_PORT_HTTP_TCP",
    "TESSERAD_PORT_9090_TCP_NAME", "TESSERAD_PORT_9090_TLS", "TESSERAD_TLS_CERTIFICATES",
  ])
  func `what only looks like it is a mistake`(_ name: String) {
    #expect(throws: DaemonFailure.self) {
      try SettingNames.check(environment: [name: "9090"])
    }
  }

  @Test func `a name in the file that is no setting is refused, with the name that is near`() throws
  {
    for (yaml, said) in [
      ("tls:\n  minimumversion: '1.2'\n", "'tls.minimumversion'; tls.minimumVersion may be meant"),
      ("confirmChange: false\n", "'confirmChange'; confirmChanges may be meant"),
      ("zzzzzzzz: 1\n", "'zzzzzzzz'; there are confirmChanges, data,"),
    ] {
      Files.write(Array(yaml.utf8), to: directory.file("tesserad.yaml"))
      let log = try refusal([
        "--dev", "--data", directory.data, "--config", directory.file("tesserad.yaml"),
      ])
      #expect(log.contains(said), "\(log)")
    }
  }

  @Test func `paths in the file begin at its folder, others where the daemon was started`() throws {
    let made = DevelopmentCertificates.make()
    for folder in ["etc", "work"] { Files.makeDirectory(directory.file(folder)) }
    Files.write(made.authority, to: directory.file("ca.pem"))
    Files.write(made.certificate, to: directory.file("etc/server.pem"))
    Files.write(made.privateKey, to: directory.file("work/server.key"))
    let yaml = "data: ../data\nlisten: 127.0.0.1:0\ntls:\n  certificate: ./server.pem\n"
    Files.write(Array(yaml.utf8), to: directory.file("etc/tesserad.yaml"))
    let started = try DaemonProcess(
      ["init", "--data", "../data", "--root-token-file", "../root"], in: directory.file("work"))
    #expect(started.wait() == .exited(0), "\(started.log())")
    let daemon = try DaemonProcess(
      ["serve", "--config", "../etc/tesserad.yaml", "--key", "server.key"],
      in: directory.file("work"))
    let client = try daemon.connect(trusting: directory.file("ca.pem"))
    client.close()
    daemon.send(SIGTERM)
    #expect(daemon.wait() == .exited(0))
  }

  @Test func `a file that cannot be opened is named by its whole path`() throws {
    let yaml = "tls:\n  certificate: ./tls/none.pem\n  key: none.key\n"
    Files.write(Array(yaml.utf8), to: directory.file("tesserad.yaml"))
    let inFile = try refusal(
      ["--data", directory.data, "--config", "tesserad.yaml"], in: directory.path)
    #expect(inFile.contains("\(directory.path)/tls/none.pem: open: No such file"), "\(inFile)")
    let flag = try refusal(
      ["--data", directory.data, "--certificate", "other.pem", "--key", "x"], in: directory.path)
    #expect(flag.contains("\(directory.path)/other.pem: open: No such file"), "\(flag)")
    let config = try refusal(["--config", "absent.yaml"], in: directory.path)
    #expect(config.contains("\(directory.path)/absent.yaml: No such file"), "\(config)")
    #expect(try refusal(["--data", ""]).contains("data: is empty"))
  }
}
