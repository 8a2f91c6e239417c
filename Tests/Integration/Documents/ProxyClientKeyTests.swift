import Glibc
import Testing
import TesseraModel
import TesseraWire

/// "Proxy client keys".
@Suite("API tokens and client keys: proxy client keys") struct ProxyClientKeyTests {
  static let key = "mobile app 2019, größer als nötig"

  @Test("Use proxy client keys to connect proxy client SDKs: clients specify the same string")
  func passes() throws {
    let product = try Product(proxyKeys: [ProxyClientKeyTests.key])
    let answer = try product.admin.validate(Secret(ProxyClientKeyTests.key)) {
      $0.kinds = KindSet(.proxyKey)
    }
    #expect(answer.verdict == .allowed && answer.kind == .proxyKey && answer.id == nil)
    let other = Secret(ProxyClientKeyTests.key + " ")
    #expect(try product.verdict(other, kind: .proxyKey) != .allowed)
  }

  @Test("Proxy client keys are not considered secret: they pass only where they are asked for")
  func notSecret() throws {
    let product = try Product(proxyKeys: [ProxyClientKeyTests.key])
    let value = Secret(ProxyClientKeyTests.key)
    #expect(try product.verdict(value) == .wrongKind)
    #expect(try product.verdict(value, kind: .frontend) == .wrongKind)
  }

  @Test("They do not let you connect to the server API: use an API token instead")
  func connectsNobody() throws {
    let product = try Product(proxyKeys: [ProxyClientKeyTests.key])
    let stranger = try product.authority.connect()
    let refusal = try stranger.refusal(
      of: AuthenticateRequest(token: Secret(ProxyClientKeyTests.key)))
    #expect(refusal.code == .unauthenticated)
    #expect(try stranger.refusal(of: ListRequest()).code == .unauthenticated)
  }

  @Test(
    "Proxy client keys are arbitrary strings that you provide on startup: whatever you want",
    arguments: [
      "x", "some-secret", "a:b", "{\"key\": 1}", "ключ", String(repeating: "k", count: 500),
    ])
  func arbitrary(_ key: String) throws {
    let product = try Product(proxyKeys: ["another", key])
    #expect(try product.verdict(Secret(key), kind: .proxyKey) == .allowed)
    #expect(try product.verdict(Secret("another"), kind: .proxyKey) == .allowed)
  }

  @Test("To designate a string as a key, add it to the list; taken off the list, it stops")
  func listed() throws {
    let directory = TemporaryDirectory()
    let settings = directory.file("tesserad.yaml")
    Files.write(Array("proxyClientKeys: [first]\n".utf8), to: settings)
    let daemon = try DaemonProcess.serve(directory, ["--config", settings])
    let client = try daemon.admin(directory)
    func verdict(_ key: String) throws -> Verdict? {
      try client.verdict(Secret(key)) { $0.kinds = KindSet(.proxyKey) }
    }
    #expect(try verdict("first") == .allowed)
    #expect(try verdict("second") != .allowed)
    Files.write(Array("proxyClientKeys:\n  - second\n  - third\n".utf8), to: settings)
    daemon.send(SIGHUP)
    _ = try daemon.waitForLine("certificates and proxy keys were read again")
    #expect(try verdict("first") != .allowed)
    for key in ["second", "third"] { #expect(try verdict(key) == .allowed) }
    daemon.send(SIGTERM)
    client.close()
    #expect(daemon.wait() == .exited(0))
  }

  @Test("Proxy client keys are not generated for you")
  func notGenerated() throws {
    let product = try Product()
    let refusal = try product.admin.refusal(of: TestClient.request(.proxyKey))
    #expect(refusal.code == .invalidArgument && refusal.field == "kind")
    #expect(refusal.message.contains("configuration"))
  }
}
