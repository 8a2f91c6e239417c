import Testing

@testable import tessera

@Suite struct RedactionTests {
  private let hash = String(repeating: "0123456789abcdef", count: 4)

  @Test(arguments: ["user:", "*:*.", "web:production.", "", "[]:development."])
  func `a value that was given as an argument is not shown again`(prefix: String) {
    let message = "The value '\(prefix)\(hash)' is invalid for '<ids>'"
    #expect(Redaction.redacted(message) == "The value '…' is invalid for '<ids>'")
    #expect(Redaction.redacted("Unexpected argument \(prefix)\(hash)!") == "Unexpected argument …")
  }

  @Test func `other words stay`() {
    for message in ["tok_01m8006zabzksfhpefsyrwj0cz: no such token", "", "deadbeef"] {
      #expect(Redaction.redacted(message) == message)
    }
  }
}
