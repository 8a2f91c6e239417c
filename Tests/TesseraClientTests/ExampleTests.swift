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

  @Test func `a client is a token authority`() throws {
    // Compiled, not run: it would need a network.
    func connect() throws -> some TokenAuthority {
      try TesseraClient(
        .init(
          address: "tokens.internal:7420", authority: .file("/etc/tessera/ca.pem"),
          credential: .tokenFile("/run/secrets/tessera")))
    }
    _ = connect
  }
}
