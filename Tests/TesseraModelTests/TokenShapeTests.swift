import TesseraModel
import Testing

@Suite struct TokenShapeTests {
  private static let hash64 = String(repeating: "0123456789abcdef", count: 4)
  private static let hash56 = String(hash64.prefix(56))

  private func shape(_ text: String) -> TokenShape? {
    let bytes = Array(text.utf8)
    return unsafe TokenShape(bytes.span.bytes)
  }

  @Test(arguments: [hash64, hash56]) func `every form is known, with either length`(hash: String) {
    #expect(shape(hash) == .bare)
    #expect(shape("*:*.\(hash)") == .admin)
    #expect(shape("user:\(hash)") == .personal)
    #expect(shape("service:\(hash)") == .service)
    #expect(shape("default:production.\(hash)") == .placed(projects: 0..<7, environment: 8..<18))
    #expect(shape("[]:dev.\(hash)") == .placed(projects: 0..<2, environment: 3..<6))
    #expect(shape("*:dev.\(hash)") == .placed(projects: 0..<1, environment: 2..<5))
  }

  @Test func `dots belong to the environment up to the last`() {
    #expect(
      shape("a.b:eu.west.\(TokenShapeTests.hash64)")
        == .placed(projects: 0..<3, environment: 4..<11))
  }

  @Test(arguments: [
    "", ":", ".", "user:", String(repeating: "0", count: 63), String(repeating: "0", count: 65),
    "users:\(hash64)", "user:x\(hash64)", ":production.\(hash64)", "default:.\(hash64)",
    "default:production\(hash64)", "de fault:production.\(hash64)", "default:*.\(hash64)",
    "default:production.\(hash64.uppercased())", "[a]:production.\(hash64)",
    "\(String(repeating: "a", count: 101)):production.\(hash64)",
  ]) func `what no version ever made has no shape`(text: String) {
    #expect(shape(text) == nil)
  }
}
