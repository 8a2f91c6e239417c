import TesseraClient
import Testing

/// The documentation's example, as code that uses the library has it.
private struct Door<Authority: TokenAuthority> {
  let tessera: Authority
  let shop: ProjectID = "shop"

  func mayEnter(_ value: String) async throws -> Bool {
    try await tessera.validate(value, kinds: [.client], project: shop).isAllowed
  }
}

/// The README's example.
private struct Gate {
  struct Unauthorized: Error {
    let verdict: Verdict?
    init(_ verdict: Verdict?) { self.verdict = verdict }
  }

  let tessera: TesseraClient

  init() throws {
    var configuration = TesseraClient.Configuration(address: "127.0.0.1:7420")
    configuration.trustedCertificates = .file(".tessera/tls/ca.pem")
    configuration.credential = .tokenFile("gateway.token")
    tessera = try TesseraClient(configuration)
  }

  func enter(_ value: String) async throws {
    let answer = try await tessera.validate(value, project: "default", environment: "production")
    guard answer.isAllowed else { throw Unauthorized(answer.verdict) }
  }
}

/// A product's dashboard, which acts for the user who looks at it.
private struct Dashboard {
  /// The product's own, with a SERVICE token that has `users.act_as`.
  let tessera: TesseraClient
  let user: UserID

  func tokens() async throws -> [Token] {
    var request = ListRequest()
    request.states = [.active]
    return try await tessera.acting(as: user).tokens(matching: request).reduce(into: []) {
      $0.append($1)
    }
  }

  func renew(_ id: TokenID, password: String) async throws -> IssuedToken? {
    let confirmed = tessera.acting(as: user).confirming(with: Secret(password))
    do {
      return try await confirmed.regenerate(RegenerateRequest(id, expiry: .after(.seconds(86400))))
    } catch TesseraError.unconfirmed {
      return nil  // Ask for the password again.
    }
  }
}

/// What an operator's script does.
private func setUp(
  _ authority: some AuthorityAdministration, _ old: [ImportedToken]
) async throws {
  let shop = RegistryEntry.Project("shop", description: "The web shop")
  _ = try await authority.createEntry(.project(shop))
  var ada = CreateUserRequest("ada", name: "Ada")
  ada.grants = [Grant(.project("shop"), scopes: .all, createsTokens: true)]
  _ = try await authority.createUser(ada)

  let report = try await authority.importTokens(old)
  for case .refused(let refusal) in report.outcomes { print(refusal.message) }

  for try await event in authority.events() { print(event.revision, event.changes) }
}

@Suite struct ExampleTests {
  @Test func `code written against the protocol is tested without a network`() async throws {
    let authority = InMemoryAuthority(projects: ["shop"])
    let door = Door(tessera: authority)
    var request = IssueRequest(.client, name: "checkout")
    request.projects = .one(door.shop)
    request.environment = "production"
    request.expiry = .after(.seconds(90 * 24 * 3600))
    let issued = try await authority.issue(request)
    let value = try #require(issued.value)
    #expect(try await door.mayEnter(value.text))
    await authority.advance(by: .seconds(91 * 24 * 3600))
    #expect(try await authority.validate(value).verdict == .expired)
    #expect(try await !door.mayEnter(value.text))
  }

  @Test func `what an operator's script does is tested without a network`() async throws {
    let authority = InMemoryAuthority()
    try await setUp(authority, [ImportedToken(.admin, .value(Secret("nonsense")))])
    #expect(try await authority.user("ada").grants.count == 1)
    #expect(try await authority.entry(.project("shop")).version == 1)
    #expect(try await authority.list(ListRequest()).elements.isEmpty)
  }

  @Test func `a client is a token authority`() throws {
    // Compiled, not run: it would need a network.
    func connect() throws -> some TokenAuthority {
      try TesseraClient(
        .init(
          address: "tokens.internal:7420", trustedCertificates: .file("/etc/tessera/ca.pem"),
          credential: .tokenFile("/run/secrets/tessera")))
    }
    _ = connect
    _ = Gate.init
    _ = Gate.enter
    _ = Dashboard.init
    _ = Dashboard.tokens
    _ = Dashboard.renew
    let run: (TesseraClient, [ImportedToken]) async throws -> Void = setUp
    _ = run
  }
}
