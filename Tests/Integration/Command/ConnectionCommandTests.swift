import Glibc
import TesseraTLS
import Testing

/// How commands find the authority and say who asks, and those that look after it.
@Suite struct ConnectionCommandTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  @Test func `a flag comes before the environment, and that before the configuration file`() throws
  {
    let address = try #require(place.environment["TESSERA_ADDRESS"])
    for name in ["TESSERA_ADDRESS", "TESSERA_CA", "TESSERA_TOKEN_FILE"] {
      place.environment[name] = nil
    }
    let text = """
      # where it is
      address = \(address)
      ca = .tessera/tls/ca.pem
      token-file = .tessera/root.token

      """
    Files.write(text.utf8, to: place.file("settings"))
    #expect(try place.must("whoami", "--config", "settings").contains("ADMIN"))
    // Port 1 is nobody's here.
    place.environment["TESSERA_ADDRESS"] = "127.0.0.1:1"
    #expect(try place.tessera("whoami", "--config", "settings").code == EX_UNAVAILABLE)
    try place.must("whoami", "--config", "settings", "--address", address)
    Files.write("adress = a:1\n".utf8, to: place.file("settings"))
    let mistyped = try place.tessera("whoami", "--config", "settings")
    #expect(mistyped.code == EX_CONFIG && mistyped.words.contains("settings:1: "))
    #expect(try place.tessera("whoami", "--config", "nowhere").code == EX_CONFIG)
  }

  @Test func `a client certificate stands for the caller, and no token is needed`() throws {
    let folder = TemporaryDirectory()
    let signer = CertificateAuthority(commonName: "clients")
    let identity = signer.issue(.init(commonName: "gateway.internal", purpose: .client))
    Files.write(signer.certificatePEM, to: folder.file("ca.pem"))
    Files.write(identity.certificate, to: folder.file("gateway.pem"))
    Files.write(identity.privateKey, to: folder.file("gateway.key"))
    let place = try Workplace(settings: [
      "TESSERAD_TLS_CLIENT_AUTHORITY": folder.file("ca.pem"),
      "TESSERAD_TLS_CLIENTS":
        "name=gateway commonName=gateway.internal permissions=tokens.validate",
    ])
    let caller = try place.must(
      "whoami", "--client-certificate", folder.file("gateway.pem"), "--client-key",
      folder.file("gateway.key"))
    #expect(caller.contains("certificate gateway") && caller.contains("tokens.validate"))
    let root = try #require(Files.text(place.file(".tessera/root.token")))
    place.environment["TESSERA_TOKEN_FILE"] = nil
    place.environment["TESSERA_CLIENT_CERTIFICATE"] = folder.file("gateway.pem")
    let half = try place.tessera("whoami")
    #expect(half.code == EX_CONFIG && half.words.contains("TESSERA_CLIENT_KEY"), "\(half.words)")
    place.environment["TESSERA_CLIENT_KEY"] = folder.file("gateway.key")
    try place.must("token", "validate", input: root)
    #expect(try place.tessera("token", "list").code == EX_NOPERM)
    place.environment["TESSERA_CLIENT_KEY"] = folder.file("missing.key")
    let missing = try place.tessera("whoami")
    #expect(missing.code == EX_CONFIG && missing.words.contains("missing.key"))
  }

  @Test func `a product's token acts for a user`() throws {
    try place.must("user", "create", "ana")
    let value = try place.must(
      "token", "issue", "SERVICE", "--permission", "users.act_as", "--expires", "1d")
    Files.write(value.utf8, to: place.file("dashboard"))
    place.environment["TESSERA_TOKEN_FILE"] = "dashboard"
    let caller = try place.must("whoami", "--as", "ana", "-o", "json")
    #expect(caller.member("owner") == "ana" && caller.contains("\"admin\":false"))
    let issued = try place.must(
      "token", "issue", "PERSONAL", "--as", "ana", "--name", "laptop", "-o", "json")
    #expect(issued.member("owner") == "ana")
    #expect(try place.tessera("user", "create", "eve", "--as", "ana").code == EX_NOPERM)
    let nobody = try place.tessera("whoami", "--as", "nobody")
    #expect(nobody.code == EX_NOPERM || nobody.code == 1, "\(nobody.words)")
  }

  @Test func `a snapshot is written, and a backup is one that starts`() throws {
    #expect(try place.must("snapshot").hasPrefix("revision  "))
    let backup = try place.must("backup", "copy", "-o", "json")
    #expect(backup.member("directory") == "copy")
    let verified = try place.shell("tesserad journal verify --data copy")
    #expect(verified.code == 0, "\(verified.data)\(verified.words)")
    let again = try place.tessera("backup", "copy")
    #expect(again.code != 0 && again.words.contains("copy"), "\(again.words)")
    #expect(!Files.exists(place.file("copy/root.token")))
  }

  @Test func `a shell's completions know the commands`() throws {
    for shell in ["bash", "zsh", "fish"] {
      let script = try place.must("--generate-completion-script", shell)
      for word in ["regenerate", "scope-set", "logout"] {
        #expect(script.contains(word), "\(shell): \(word)")
      }
    }
  }
}
