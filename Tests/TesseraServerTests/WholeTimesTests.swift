import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct WholeTimesTests {
  @Test func `a duration in nanoseconds is at most what fits, and at least`() {
    #expect(Duration.milliseconds(1_500).nanoseconds == 1_500_000_000)
    #expect(Duration(secondsComponent: 0, attosecondsComponent: 999_999_999).nanoseconds == 0)
    let most = Duration.nanoseconds(Int64.max)
    let least = Duration.nanoseconds(Int64.min)
    #expect(most.nanoseconds == .max)
    #expect(least.nanoseconds == .min)
    #expect((most - .nanoseconds(1)).nanoseconds == .max - 1)
    #expect((most + .nanoseconds(1)).nanoseconds == .max)
    #expect((least - .nanoseconds(1)).nanoseconds == .min)
    #expect(Duration.seconds(Int64.max).nanoseconds == .max)
    #expect(Duration.seconds(Int64.min).nanoseconds == .min)
  }

  @Test func `a wait is of whole milliseconds, and never of none`() {
    #expect(Duration.seconds(300).waitMilliseconds == 300_000)
    #expect(Duration.milliseconds(500).waitMilliseconds == 500)
    #expect(Duration.nanoseconds(1).waitMilliseconds == 1)
    #expect(Duration.zero.waitMilliseconds == 1)
    #expect(Duration.seconds(-1).waitMilliseconds == 1)
    #expect(Duration.seconds(Int64.max).waitMilliseconds == .max)
  }
}
