import TesseraClient
import Testing

@testable import tessera

@Suite struct ExitStatusTests {
  @Test func `every error has its exit code`() {
    let refusal = Refusal(.unauthenticated, "m")
    let expected: [(TesseraError, Int32)] = [
      (.configuration(""), 78), (.certificate(""), 78), (.unreachable(""), 69), (.tls(""), 76),
      (.protocolViolation(""), 76), (.unauthenticated(refusal), 77), (.deadlineExceeded, 75),
      (.cancelled, 75), (.unconfirmed(refusal), 77), (.overloaded, 75), (.outcomeUnknown(""), 75),
      (.closed, 75),
    ]
    for (error, code) in expected { #expect(CommandStatus(error).rawValue == code) }
  }

  @Test func `every refusal has its exit code`() {
    let expected: [StatusCode: Int32] = [
      .ok: 0, .cancelled: 75, .unknown: 76, .invalidArgument: 64, .deadlineExceeded: 75,
      .notFound: 1, .alreadyExists: 1, .permissionDenied: 77, .resourceExhausted: 75,
      .failedPrecondition: 1, .aborted: 75, .outOfRange: 64, .unimplemented: 76, .internal: 76,
      .unavailable: 75, .dataLoss: 76, .unauthenticated: 77,
    ]
    for code in StatusCode.allCases { #expect(CommandStatus(code).rawValue == expected[code]) }
    #expect(CommandStatus(.refused(Refusal(.permissionDenied, ""))) == .denied)
  }

  @Test func `advice is one line and says what to do`() {
    #expect(TesseraError.unreachable("refused").advice.contains("--address"))
    #expect(TesseraError.certificate("unknown").advice.contains("--ca"))
    #expect(
      TesseraError.unauthenticated(Refusal(.unauthenticated, "m")).advice.contains("--token-file"))
  }

  @Test func `advice says how long to wait where the authority does`() {
    func advice(_ milliseconds: UInt32) -> String {
      TesseraError.refused(
        Refusal(.resourceExhausted, "too many", retryAfterMilliseconds: milliseconds)
      ).advice
    }
    #expect(advice(0) == "RESOURCE_EXHAUSTED: too many")
    #expect(advice(10) == "RESOURCE_EXHAUSTED: too many; try again in 1 second")
    #expect(advice(1_000) == "RESOURCE_EXHAUSTED: too many; try again in 1 second")
    #expect(advice(31_001) == "RESOURCE_EXHAUSTED: too many; try again in 32 seconds")
  }

  @Test func `revoking is a yes where every token is revoked now`() {
    let id = TokenID(high: 0, low: 1)
    func status(_ results: RevokeResult...) -> CommandStatus {
      RevocationReport(results.map { RevokeOutcome(id, $0) }).status
    }
    #expect(status(.revoked, .alreadyRevoked) == .yes)
    #expect(status(.revoked, .notFound) == .no)
    #expect(status(.notFound, .permissionDenied) == .denied)
  }
}
