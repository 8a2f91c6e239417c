import TesseraModel
import Testing

@testable import TesseraClient

@Suite struct RedactionTests {
  private let value = "default:production.0123456789abcdef"

  @Test func `no way of printing shows a value`() {
    var request = ValidateRequest(token: Secret(value))
    request.project = ProjectID("default")
    var user = CreateUserRequest("ada")
    user.password = Secret(value)
    let things: [Any] = [
      Secret(value), request, IssuedToken(value: Secret(value), token: Token()),
      Credential.token(Secret(value)), RevokeRequest(.value(Secret(value))),
      TesseraClient.Configuration(address: "a:1", credential: .token(Secret(value))),
      Credential.password(user: "ada", Secret(value)),
      ImportedToken(.client, .value(Secret(value))), user,
    ]
    for thing in things {
      var dumped = ""
      dump(thing, to: &dumped)
      for text in [dumped, String(describing: thing), String(reflecting: thing)] {
        #expect(!text.contains("0123456789abcdef"))
      }
    }
  }

  @Test func `a client does not print the password that it confirms with`() throws {
    let client = try TesseraClient(.init(address: "localhost:1"))
    var dumped = ""
    dump(client.acting(as: "ada").confirming(with: Secret(value)), to: &dumped)
    #expect(dumped.contains("ada"))
    #expect(!dumped.contains("0123456789abcdef"))
  }

  @Test func `a key in memory is not printed`() {
    let key = PEM.bytes(Array("BEGIN PRIVATE KEY".utf8))
    #expect(!String(describing: key).contains("66"))
    var dumped = ""
    dump(key, to: &dumped)
    #expect(!dumped.contains("66"))
  }

  @Test func `every error says in one line what was wrong`() {
    let errors: [TesseraError] = [
      .configuration("c"), .unreachable("u"), .certificate("c"), .tls("t"),
      .unauthenticated(Refusal(.unauthenticated, "m")),
      .unconfirmed(Refusal(.unauthenticated, "m", field: "context.password")),
      .refused(Refusal(.invalidArgument, "m", field: "f")), .deadlineExceeded, .cancelled,
      .overloaded, .protocolViolation("p"), .outcomeUnknown("o"), .closed,
    ]
    for error in errors {
      #expect(!error.description.isEmpty)
      #expect(!error.description.contains("\n"))
    }
  }
}
