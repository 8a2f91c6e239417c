import TesseraModel
import Testing

/// 100,000 commands and questions, decided by the engine and by a model that is nothing but the
/// words of the contract.
@Suite struct ModelTests {
  @Test func `random histories leave the engine as the plain model says`() {
    let random = SeededGenerator()
    var history = History(random)
    do throws(Mismatch) {
      try history.run(operations: 100_000)
    } catch {
      Issue.record("TESSERA_SEED=\(random.seed): \(error)")
      return
    }
    let reach = history.reach
    for verdict in Verdict.allCases where verdict != .malformed {
      #expect(reach.verdicts[verdict] ?? 0 > 20, "\(verdict)")
    }
    for kind in EventKind.allCases { #expect(reach.changes[kind] ?? 0 > 20, "\(kind)") }
    let codes: [StatusCode] = [
      .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition, .aborted,
      .unauthenticated,
    ]
    for code in codes { #expect(reach.refusals[code] ?? 0 > 20, "\(code)") }
    #expect(reach.changesByUsers > 100)
    #expect(reach.changesByTokens > 100)
  }
}
