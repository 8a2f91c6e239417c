import Testing
import TesseraModel
import TesseraWire

/// As the document's examples have it.
private let exampleHash = "be44368985f7fb3237c584ef86f3d6bdada42ddbd63a019d26955178"

/// "Format".
@Suite("API tokens and client keys: format") struct FormatTests {
  private func parts(_ value: Secret) throws -> (
    projects: Substring, environment: Substring, hash: Substring
  ) {
    let colon = try #require(value.text.firstIndex(of: ":"))
    let dot = try #require(value.text.lastIndex(of: "."))
    return (
      value.text[..<colon], value.text[colon...].dropFirst().prefix { $0 != "." },
      value.text[dot...].dropFirst()
    )
  }

  @Test("Both formats are still valid: a working token of the old format need not be updated")
  func oldFormats() throws {
    let product = try Product()
    for old in [exampleHash + "01234567", "*:development." + exampleHash] {
      let value = Secret(old)
      #expect(try product.verdict(value) != .allowed)
      let id = try product.admin.importToken(.client, .value(value)) {
        $0.projects = .all
        $0.environment = "development"
      }
      #expect(try product.verdict(value, project: "default", method: "features.read") == .allowed)
      #expect(try product.admin.get(id).name == "imported")
    }
  }

  @Test(
    "The first version was a long hexadecimal string, as in the example",
    arguments: [exampleHash, exampleHash + "0123abcd"])
  func version1(_ text: String) throws {
    let product = try Product()
    let value = Secret(text)
    _ = try product.admin.importToken(.admin, .value(value))
    #expect(try product.authority.connect(as: value).call(WhoAmIRequest()).caller?.isAdmin == true)
    #expect(try product.verdict(Secret(text.dropLast() + "9")) == .notFound)
  }

  @Test(
    "API tokens consist of project(s), environment and hash, separated by a colon and a full stop")
  func threeParts() throws {
    let product = try Product()
    let parts = try parts(product.client(.one("project-a"), "development").value)
    #expect(parts.projects == "project-a" && parts.environment == "development")
    #expect(parts.hash.count == 64)
  }

  @Test(
    "All types use the same format",
    arguments: [TokenKind.admin, .personal, .client, .frontend, .service])
  func sameFormat(_ kind: TokenKind) throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let text = try product.admin.issue(kind).value.text
    #expect(text.suffix(64).allSatisfy { $0.isHexDigit && !$0.isUppercase })
    let prefix =
      switch kind {
      case .admin: "*:*."
      case .personal: "user:"
      case .client, .frontend: "default:production."
      case .service: "service:"
      case .proxyKey: ""
      }
    #expect(text.dropLast(64) == prefix)
    let sum = try #require(UInt32(text.suffix(8), radix: 16))
    #expect(FormatTests.checksum(text.utf8.dropLast(8)) == sum, "of all that comes before it")
  }

  /// CRC-32 of IEEE 802.3, bit by bit as its definition has it.
  private static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(UInt32.max) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? rest >> 1 ^ 0xedb8_8320 : rest >> 1
      }
    }
  }

  @Test("The id of a specific project: only valid for this project")
  func oneProject() throws {
    let product = try Product()
    let token = try product.client(.one("default"))
    #expect(try parts(token.value).projects == "default")
    #expect(try product.verdict(token.value, project: "default") == .allowed)
    #expect(try product.verdict(token.value, project: "project-a") == .wrongProject)
  }

  @Test("Square brackets: valid for a discrete list of projects, which is not shown")
  func brackets() throws {
    let product = try Product()
    let token = try product.client(.list(["project-a", "project-b"]))
    #expect(try parts(token.value).projects == "[]")
    #expect(try product.verdict(token.value, project: "project-b") == .allowed)
    #expect(try product.verdict(token.value, project: "default") == .wrongProject)
  }

  @Test("An asterisk: valid for all projects, current and future")
  func asterisk() throws {
    let product = try Product()
    let token = try product.client(.all)
    #expect(try parts(token.value).projects == "*")
    try product.admin.createProjects("future")
    #expect(try product.verdict(token.value, project: "future") == .allowed)
  }

  @Test("The environment is the name of an environment on your server")
  func environment() throws {
    let product = try Product()
    try product.admin.create(.environment(.init("staging")))
    #expect(try parts(product.client(.all, "staging").value).environment == "staging")
    let unknown = try product.admin.refusal(
      of: TestClient.request(.client) { $0.environment = "nowhere" })
    #expect(unknown.code == .invalidArgument && unknown.field == "environment")
    #expect(unknown.message.contains("nowhere"))
  }

  @Test("The hash is a 64 character long hexadecimal string, and one that is mistyped is refused")
  func hash() throws {
    let product = try Product()
    let value = try product.client(.all).value
    let hash = try parts(value).hash
    #expect(hash.count == 64 && hash.allSatisfy { $0.isHexDigit && !$0.isUppercase })
    let last = hash.last == "0" ? "1" : "0"
    #expect(try product.verdict(Secret(value.text.dropLast() + last)) == .malformed)
  }

  @Test("Personal access tokens contain no project or environment, and start with the string user")
  func personal() throws {
    let product = try Product()
    try product.admin.createUser("ada")
    let text = try product.personal("ada").value.text
    #expect(text.hasPrefix("user:") && text.count == 5 + 64 && !text.contains("."))
    let taken = try product.admin.refusal(of: CreateEntryRequest(.project(.init("user"))))
    #expect(taken.code == .invalidArgument && taken.field == "entry.key")
  }

  struct Example: Sendable, CustomTestStringConvertible {
    let prefix: String
    let projects: ProjectSelection?
    let environment: EnvironmentID?
    var testDescription: String { prefix }
  }

  @Test(
    "The document's four examples: one project, a list, all projects, and a personal one",
    arguments: [
      Example(
        prefix: "project-a:development.", projects: .one("project-a"), environment: "development"),
      Example(
        prefix: "[]:production.", projects: .list(["project-a", "project-b"]),
        environment: "production"),
      Example(prefix: "*:development.", projects: .all, environment: "development"),
      Example(prefix: "user:", projects: nil, environment: nil),
    ])
  func examples(_ example: Example) throws {
    let product = try Product()
    try product.admin.createUser("ada", [.member("project-a")])
    let value = Secret(example.prefix + exampleHash)
    let kind: TokenKind = example.projects == nil ? .personal : .client
    _ = try product.admin.importToken(kind, .value(value)) {
      $0.projects = example.projects
      $0.environment = example.environment
      $0.owner = kind == .personal ? "ada" : nil
    }
    #expect(
      try product.verdict(
        value, kind: kind, project: "project-a", environment: example.environment) == .allowed)
    #expect(
      try product.verdict(value, project: "default")
        == (example.projects == .all ? .allowed : .wrongProject))
  }
}
