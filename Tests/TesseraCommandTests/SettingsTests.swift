import TesseraClient
import Testing

@testable import tessera

@Suite struct SettingsTests {
  private func resolve(
    _ flags: ConnectionSettings = ConnectionSettings(), config: String? = nil,
    login: String? = nil, environment: [String: String] = [:], files: [String: String] = [:]
  ) throws(CommandFailure) -> ConnectionSettings {
    try ConnectionSettings.resolve(
      flags, config: config, login: login, environment: { environment[$0] },
      readFile: { path throws(FileText.Unreadable) in
        guard let text = files[path] else {
          throw FileText.Unreadable(path: path, reason: "none", isMissing: true)
        }
        return Array(text.utf8)
      })
  }

  private let file = """
    # Where we work.
    address = file:1

      ca=/file/ca.pem
    token-file =  /file/token with space
    """

  @Test func `flags over the environment over the file, each setting for itself`() throws {
    let files = ["/home/ada/.config/tessera/config": file]
    var environment = ["HOME": "/home/ada"]
    #expect(
      try resolve(environment: environment, files: files)
        == ConnectionSettings(
          address: "file:1", ca: "/file/ca.pem", tokenFile: "/file/token with space"))
    environment["TESSERA_ADDRESS"] = "environment:1"
    environment["TESSERA_CA"] = "/environment/ca.pem"
    #expect(
      try resolve(
        ConnectionSettings(address: "flag:1"), environment: environment, files: files)
        == ConnectionSettings(
          address: "flag:1", ca: "/environment/ca.pem", tokenFile: "/file/token with space"))
    environment["TESSERA_TOKEN_FILE"] = "/environment/token"
    #expect(
      try resolve(environment: environment, files: files).tokenFile == "/environment/token")
  }

  @Test func `a login comes before the file, and after the environment`() throws {
    let files = ["/home/ada/.config/tessera/config": file]
    var environment = ["HOME": "/home/ada"]
    let login = "/home/ada/.config/tessera/token"
    #expect(LoginFile.path { environment[$0] } == login)
    #expect(LoginFile.path { ["XDG_CONFIG_HOME": "/xdg"][$0] } == "/xdg/tessera/token")
    #expect(LoginFile.path { _ in nil } == nil)
    #expect(try resolve(login: login, environment: environment, files: files).tokenFile == login)
    environment["TESSERA_TOKEN_FILE"] = "/environment/token"
    #expect(
      try resolve(login: login, environment: environment, files: files).tokenFile
        == "/environment/token")
    #expect(
      try resolve(
        ConnectionSettings(tokenFile: "/flag/token"), login: login, environment: environment,
        files: files
      ).tokenFile == "/flag/token")
  }

  @Test func `who calls is taken whole from the first source that says it`() throws {
    let files = [
      "/home/ada/.config/tessera/config": "client-certificate = /file/c\nclient-key = /file/k"
    ]
    var environment = ["HOME": "/home/ada"]
    func caller(_ flags: ConnectionSettings = ConnectionSettings(), login: String? = nil) throws
      -> [String?]
    {
      let settings = try resolve(flags, login: login, environment: environment, files: files)
      return [settings.tokenFile, settings.clientCertificate, settings.clientKey]
    }
    #expect(try caller() == [nil, "/file/c", "/file/k"])
    #expect(try caller(login: "/login") == ["/login", nil, nil])
    environment["TESSERA_CLIENT_CERTIFICATE"] = "/environment/c"
    environment["TESSERA_CLIENT_KEY"] = "/environment/k"
    #expect(try caller(login: "/login") == [nil, "/environment/c", "/environment/k"])
    #expect(try caller(ConnectionSettings(tokenFile: "/flag")) == ["/flag", nil, nil])
    environment["TESSERA_TOKEN_FILE"] = "/environment/token"
    #expect(
      throws: CommandFailure(
        .configuration,
        "TESSERA_TOKEN_FILE and TESSERA_CLIENT_CERTIFICATE name two callers; give one")
    ) { try caller() }
    #expect(try caller(ConnectionSettings(tokenFile: "/flag")) == ["/flag", nil, nil])
  }

  @Test func `XDG_CONFIG_HOME moves the file, --config names another`() throws {
    let environment = ["HOME": "/home/ada", "XDG_CONFIG_HOME": "/xdg"]
    let files = ["/xdg/tessera/config": "address = xdg:1", "/other": "address = other:1"]
    #expect(try resolve(environment: environment, files: files).address == "xdg:1")
    #expect(
      try resolve(config: "/other", environment: environment, files: files).address == "other:1")
  }

  @Test func `the usual file may be missing, a named one may not`() throws {
    #expect(try resolve(environment: ["HOME": "/home/ada"]) == ConnectionSettings())
    #expect(throws: CommandFailure(.configuration, "cannot read /nowhere: none")) {
      _ = try resolve(config: "/nowhere")
    }
  }

  @Test(arguments: ["address", "address =", "colour = red", "= x"])
  func `a line that says nothing is named`(_ line: String) throws {
    var failure: CommandFailure?
    do throws(CommandFailure) {
      _ = try ConnectionSettings.parse("# fine\n\(line)\n", from: "config")
    } catch { failure = error }
    #expect(failure?.status == .configuration)
    #expect(failure?.message.hasPrefix("config:2: ") == true)
  }
}
