import Testing
import TesseraModel
import TesseraWire

/// The field "API" of "Managing access tokens".
@Suite("Personal access tokens of the platform: API methods") struct ApiMethodsTests {
  @Test(
    "API: the predefined sets Extended Access, IDE Plugins, Marketplace and Maven Plugin",
    arguments: ["Extended Access", "IDE Plugins", "Marketplace", "Maven Plugin"] as [ScopeSetName])
  func predefinedSets(_ set: ScopeSetName) throws {
    let product = try Product()
    try product.admin.createUser("ada", [Grant(.project("project-a"), scopes: .all)])
    let token = try product.personal("ada") { $0.scopes = .sets([set]) }
    func verdict() throws -> Verdict? {
      try product.verdict(token.value, project: "project-a", method: Product.stop)
    }
    #expect(try verdict() == .missingScope, "the operator fills them")
    _ = try product.admin.call(
      UpdateEntryRequest(.scopeSet(.init(set, methods: [Product.stop]))))
    #expect(try verdict() == .allowed)
    _ = try product.admin.call(UpdateEntryRequest(.scopeSet(.init(set))))
    #expect(try verdict() == .missingScope)
  }

  @Test("API: custom, with manually selected methods")
  func custom() throws {
    let product = try Product()
    try product.admin.createUser("ada", [Grant(.project("project-a"), scopes: .all)])
    let token = try product.personal("ada") { $0.scopes = .methods([Product.start, Product.stop]) }
    for (method, expected) in [
      (Product.start, Verdict.allowed), (Product.stop, .allowed), (Product.restart, .missingScope),
    ] {
      #expect(try product.verdict(token.value, project: "project-a", method: method) == expected)
    }
    let unknown = try product.admin.refusal(
      of: TestClient.request(.personal) { $0.scopes = .methods(["no.such.method"]) })
    #expect(unknown.code == .invalidArgument && unknown.field == "scopes.methods")
  }

  @Test("Use the Search field and the links to the API docs to configure permissions")
  func search() throws {
    let product = try Product()
    let ada = try product.user("ada")
    let link = "https://docs.example.org/environment/control#stop"
    _ = try product.admin.call(
      UpdateEntryRequest(
        .method(.init(Product.stop, description: "Stops an environment", link: link))))
    var request = ListEntriesRequest(.method)
    request.text = "STOPS AN"
    let found = try ada.call(request).entries
    #expect(found.map(\.key) == [.method(Product.stop)])
    guard case .method(let method)? = found.first else { return }
    #expect(method.link == link)
    request.text = "control.st"
    #expect(
      try ada.call(request).entries.map(\.key) == [.method(Product.start), .method(Product.stop)])
  }
}
