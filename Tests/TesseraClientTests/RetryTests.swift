import TesseraModel
import Testing

@testable import TesseraClient

/// Numbers that repeat from a seed.
struct SeededRandom: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 29
  }
}

@Suite struct RetryTests {
  private let rule = RetryRule(
    attempts: 3, firstDelay: .milliseconds(50), longestDelay: .seconds(5))
  private let farOff = Int64(60_000_000_000)
  private let unavailable = Refusal(.unavailable, "stopping")

  private func after(
    _ refusal: Refusal, _ call: Call, isUndone: Bool = false
  ) -> RetryRule.Next {
    var random = SeededRandom(state: 1)
    return rule.afterRefusal(refusal, of: call, isUndone: isUndone, now: .at(0), using: &random)
  }

  private func afterLoss(_ call: Call) -> RetryRule.Next {
    var random = SeededRandom(state: 1)
    return rule.afterLoss(of: call, .unreachable("cut off"), now: .at(0), using: &random)
  }

  private func isAgain(_ next: RetryRule.Next) -> Bool {
    if case .again = next { true } else { false }
  }

  @Test func `waits double up to the longest, and half of each is random`() {
    var random = SeededRandom(state: 42)
    var backoff = Backoff(first: .milliseconds(50), longest: .seconds(1))
    var wholes: [Duration] = [50, 100, 200, 400, 800].map { .milliseconds($0) }
    wholes += Array(repeating: .seconds(1), count: 200)
    for whole in wholes {
      let wait = backoff.next(using: &random)
      #expect(wait >= whole / 2 && wait <= whole)
    }
    backoff.reset()
    #expect(backoff.next(using: &random) <= .milliseconds(50))
  }

  @Test func `UNAVAILABLE is tried again where that is safe, and only so often`() {
    #expect(isAgain(after(unavailable, call(1, deadline: farOff))))
    #expect(isAgain(after(unavailable, call(1, deadline: farOff, failures: 1))))
    #expect(
      after(unavailable, call(1, deadline: farOff, failures: 2)) == .fail(.refused(unavailable)))
    #expect(
      after(unavailable, call(1, .issue, repeatable: false, deadline: farOff))
        == .fail(.refused(unavailable)))
  }

  @Test func `after a goaway even a change is tried again`() {
    let change = call(1, .issue, repeatable: false, deadline: farOff)
    #expect(isAgain(after(unavailable, change, isUndone: true)))
  }

  @Test func `a change that may have been made is never made again, goaway or not`() {
    let doubtful = Refusal(.unavailable, "the disk failed", isOutcomeUnknown: true)
    let change = call(1, .issue, repeatable: false, deadline: farOff)
    #expect(after(doubtful, change, isUndone: true) == .fail(.outcomeUnknown("the disk failed")))
    #expect(isAgain(after(doubtful, call(1, deadline: farOff))))
  }

  @Test func `the authority's own wait is kept, and not where no time is left`() {
    let refusal = Refusal(.unavailable, "busy", retryAfterMilliseconds: 2000)
    #expect(after(refusal, call(1, deadline: farOff)) == .again(after: .seconds(2)))
    #expect(after(refusal, call(1, deadline: 1_900_000_000)) == .fail(.refused(refusal)))
  }

  @Test func `other refusals are final and keep their words`() {
    for code in StatusCode.allCases where code != .ok && code != .unavailable {
      let refusal = Refusal(code, "no", field: "name")
      let expected: TesseraError =
        switch code {
        case .unauthenticated: .unauthenticated(refusal)
        case .deadlineExceeded: .deadlineExceeded
        case .cancelled: .cancelled
        default: .refused(refusal)
        }
      #expect(after(refusal, call(1, deadline: farOff)) == .fail(expected))
    }
  }

  @Test func `what is wrong with a confirmation is told apart from the caller`() {
    for code in [StatusCode.unauthenticated, .failedPrecondition] {
      let refusal = Refusal(code, "the password is wrong", field: "context.password")
      #expect(after(refusal, call(1, deadline: farOff)) == .fail(.unconfirmed(refusal)))
    }
    let slow = Refusal(
      .resourceExhausted, "wait", field: "context.password", retryAfterMilliseconds: 1500)
    #expect(after(slow, call(1, deadline: farOff)) == .fail(.refused(slow)))
    #expect(TesseraError.refused(slow).retryAfter == .milliseconds(1500))
    #expect(TesseraError.refused(Refusal(.notFound, "")).retryAfter == nil)
  }

  @Test func `a lost change is unknown, a lost question is asked again`() {
    #expect(isAgain(afterLoss(call(1, deadline: farOff))))
    #expect(
      afterLoss(call(1, .issue, repeatable: false, deadline: farOff))
        == .fail(.outcomeUnknown(TesseraError.unreachable("cut off").description)))
    #expect(
      afterLoss(call(1, deadline: farOff, failures: 2)) == .fail(.unreachable("cut off")))
  }
}
