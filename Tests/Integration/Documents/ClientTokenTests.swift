import Testing
import TesseraModel
import TesseraWire

/// "Client tokens".
@Suite("API tokens and client keys: client tokens") struct ClientTokenTests {
  @Test(
    "Client tokens read feature information, register applications and send usage metrics",
    arguments: ["features.read", "applications.register", "metrics.send"] as [MethodName])
  func opens(_ method: MethodName) throws {
    let product = try Product()
    let token = try product.client(.one("project-a"))
    #expect(try product.verdict(token.value, project: "project-a", method: method) == .allowed)
  }

  @Test("Client tokens grant no more than that, unless they are given other scopes")
  func opensNoMore() throws {
    let product = try Product()
    let token = try product.client(.one("project-a"))
    #expect(try product.verdict(token.value, method: "features.evaluate") == .missingScope)
    #expect(try product.verdict(token.value, method: Product.stop) == .missingScope)
    let other = try product.admin.issue(.client) { $0.scopes = .methods([Product.stop]) }
    #expect(try product.verdict(other.value, method: Product.stop) == .allowed)
    #expect(try product.verdict(other.value, method: "features.read") == .missingScope)
  }

  @Test("Client tokens are for a specific list of projects")
  func listOfProjects() throws {
    let product = try Product()
    let token = try product.client(.list(["project-b", "project-a"]))
    #expect(try product.verdict(token.value, project: "project-a") == .allowed)
    #expect(try product.verdict(token.value, project: "project-b") == .allowed)
    #expect(try product.verdict(token.value, project: "default") == .wrongProject)
    let empty = try product.admin.refusal(
      of: TestClient.request(.client) { $0.projects = .list([]) })
    #expect(empty.code == .invalidArgument && empty.field.hasPrefix("projects"))
  }

  @Test("A list that loses its last project opens nothing, never everything")
  func emptiedList() throws {
    let product = try Product()
    let token = try product.client(.list(["project-a"]))
    _ = try product.admin.call(DeleteEntryRequest(.project("project-a")))
    try product.admin.createProjects("project-a")
    for project: ProjectID in ["project-a", "project-b", "default"] {
      #expect(try product.verdict(token.value, project: project) == .wrongProject)
    }
    #expect(try product.admin.get(token.id).projects == .list([]))
  }

  @Test("Client tokens are for all projects, including those that don't exist yet")
  func futureProjects() throws {
    let product = try Product()
    let token = try product.client(.all)
    #expect(try product.verdict(token.value, project: "project-c") == .wrongProject)
    try product.admin.createProjects("project-c")
    #expect(try product.verdict(token.value, project: "project-c") == .allowed)
  }

  @Test("Client tokens are for a single project")
  func singleProject() throws {
    let product = try Product()
    let token = try product.client(.one("project-a"))
    #expect(try product.verdict(token.value, project: "project-a") == .allowed)
    #expect(try product.verdict(token.value, project: "project-b") == .wrongProject)
    let removed = try product.admin.call(DeleteEntryRequest(.project("project-a")))
    #expect(removed.revokedTokens == 1)
    #expect(try product.verdict(token.value) == .revoked)
  }

  @Test("Each client token is only valid for a single environment")
  func singleEnvironment() throws {
    let product = try Product()
    let token = try product.client(.all, "production")
    #expect(try product.verdict(token.value, environment: "production") == .allowed)
    #expect(try product.verdict(token.value, environment: "development") == .wrongEnvironment)
    let without = try product.admin.refusal(
      of: TestClient.request(.client) { $0.environment = nil })
    #expect(without.code == .invalidArgument && without.field == "environment")
  }

  @Test("Use client tokens in server-side client SDKs and to connect the proxy")
  func servers() throws {
    let product = try Product()
    let token = try product.client(.all)
    #expect(
      try product.verdict(
        token.value, kind: .client, project: "default", environment: "production",
        method: "features.read") == .allowed)
  }

  @Test("Do not use client tokens in front-end SDKs")
  func notInFrontEnds() throws {
    let product = try Product()
    let token = try product.client(.all)
    #expect(try product.verdict(token.value, kind: .frontend) == .wrongKind)
  }
}

/// "Front-end tokens".
@Suite("API tokens and client keys: front-end tokens") struct FrontendTokenTests {
  @Test(
    "Front-end tokens read enabled features for a context, register applications, send metrics",
    arguments: ["features.evaluate", "applications.register", "metrics.send"] as [MethodName])
  func opens(_ method: MethodName) throws {
    let product = try Product()
    let token = try product.client(.one("project-a"), kind: .frontend)
    #expect(try product.verdict(token.value, kind: .frontend, method: method) == .allowed)
    #expect(
      try product.verdict(token.value, kind: .frontend, method: "features.read") == .missingScope)
  }

  @Test("Front-end tokens can read data from one, multiple, or all existing projects")
  func projects() throws {
    let product = try Product()
    let selections: [(ProjectSelection, Verdict)] = [
      (.one("project-a"), .wrongProject), (.list(["project-a", "project-b"]), .allowed),
      (.all, .allowed),
    ]
    for (selection, expected) in selections {
      let token = try product.client(selection, kind: .frontend)
      #expect(try product.verdict(token.value, kind: .frontend, project: "project-a") == .allowed)
      #expect(try product.verdict(token.value, kind: .frontend, project: "project-b") == expected)
    }
  }

  @Test("Each front-end token is only valid for a single environment")
  func singleEnvironment() throws {
    let product = try Product()
    let token = try product.client(.all, "development", kind: .frontend)
    func verdict(_ environment: EnvironmentID) throws -> Verdict? {
      try product.verdict(token.value, kind: .frontend, environment: environment)
    }
    #expect(try verdict("development") == .allowed)
    #expect(try verdict("production") == .wrongEnvironment)
    let request = TestClient.request(.frontend) { $0.environment = nil }
    #expect(try product.admin.refusal(of: request).field == "environment")
  }

  @Test("Use front-end tokens in front-end SDKs")
  func frontEnds() throws {
    let product = try Product()
    let token = try product.client(.one("default"), kind: .frontend)
    #expect(
      try product.verdict(
        token.value, kind: .frontend, project: "default", environment: "production",
        method: "features.evaluate") == .allowed)
  }

  @Test("Do not use front-end tokens in server-side SDKs: they won't work")
  func notInServers() throws {
    let product = try Product()
    let token = try product.client(.all, kind: .frontend)
    #expect(try product.verdict(token.value, kind: .client) == .wrongKind)
  }
}
