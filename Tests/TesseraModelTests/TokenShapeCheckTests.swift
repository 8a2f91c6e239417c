import TesseraModel
import Testing

@Suite struct TokenShapeCheckTests {
  private static let hash = String(repeating: "0123456789abcdef", count: 4)

  /// The field that says something else than the value.
  private func field(
    _ prefix: String, _ kind: TokenKind, _ projects: ProjectSelection? = nil,
    _ environment: EnvironmentID? = nil
  ) -> String? {
    do throws(Refusal) {
      let value = Array((prefix + TokenShapeCheckTests.hash).utf8)
      try TokenShape.check(value, shows: kind, projects, environment)
      return nil
    } catch {
      #expect(error.code == .invalidArgument)
      return error.field
    }
  }

  @Test func `a value shows its kind, and what shows nothing fits any`() {
    for kind in TokenKind.allCases { #expect(field("", kind) == nil) }
    for (prefix, kind) in [("*:*.", TokenKind.admin), ("user:", .personal), ("service:", .service)]
    {
      for other in TokenKind.allCases {
        #expect(field(prefix, other) == (other == kind ? nil : "kind"))
      }
    }
    #expect(field("a:b.", .personal) == "kind")
    #expect(field("nonsense", .client) == "value")
  }

  @Test(arguments: [TokenKind.client, .frontend])
  func `a value shows its projects and its environment`(_ kind: TokenKind) {
    #expect(field("a:dev.", kind, .one("a"), "dev") == nil)
    #expect(field("[]:dev.", kind, .list(["a", "b"]), "dev") == nil)
    #expect(field("*:dev.", kind, .all, "dev") == nil)
    #expect(field("a:dev.", kind, .one("a"), "prod") == "environment")
    #expect(field("a:dev.", kind, .one("a")) == "environment")
    #expect(field("a:dev.", kind, nil, "dev") == "projects")
    for projects in [ProjectSelection.one("b"), .list(["a"]), .all] {
      #expect(field("a:dev.", kind, projects, "dev") == "projects")
    }
    #expect(field("*:dev.", kind, .one("a"), "dev") == "projects")
    #expect(field("[]:dev.", kind, .all, "dev") == "projects")
  }
}
