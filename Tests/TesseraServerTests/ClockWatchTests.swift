import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct ClockWatchTests {
  private static let second: Int64 = 1_000_000_000

  /// What is made of the wall's clock when it is `ahead` of one that was right at the beginning.
  private func look(
    _ watch: inout ClockWatch, _ seconds: Int64, ahead: Int64 = 0
  ) -> Duration? {
    watch.look(
      wall: Fixture.now + .seconds(seconds + ahead), monotonic: seconds * ClockWatchTests.second)
  }

  private var watch: ClockWatch {
    ClockWatch(trial: .seconds(7_200), wall: Fixture.now, monotonic: 0)
  }

  private func isBelieved(_ watch: ClockWatch, _ seconds: Int64) -> Bool {
    watch.isBelieved(monotonic: seconds * ClockWatchTests.second)
  }

  @Test func `a clock is believed when it has kept step for a trial, and not before`() {
    var watch = watch
    for seconds in stride(from: Int64(0), through: 14_400, by: 600) {
      let step = look(&watch, seconds, ahead: seconds % 1_200 == 0 ? 300 : -300)
      #expect(step == nil && watch.isSteady)
      #expect(isBelieved(watch, seconds) == (seconds >= 7_200))
    }
  }

  @Test func `a step begins the trial anew, and one ahead is not seen until it is over`() {
    var watch = watch
    let before = look(&watch, 10_000)
    #expect(before == nil && isBelieved(watch, 10_000))
    let ahead = look(&watch, 10_001, ahead: 301)
    #expect(ahead == .seconds(301) && !watch.isSteady && !isBelieved(watch, 10_001))
    _ = look(&watch, 17_200, ahead: 301)
    #expect(!watch.isSteady && !isBelieved(watch, 17_200))
    let after = look(&watch, 17_201, ahead: 301)
    #expect(after == nil && watch.isSteady && isBelieved(watch, 17_201))
    let back = look(&watch, 17_202, ahead: -10)
    #expect(back == .seconds(-311) && watch.isSteady && !isBelieved(watch, 17_202))
  }

  /// Many small steps are one large one.
  @Test func `a clock that creeps is noticed`() {
    var watch = watch
    var noticed = 0
    for step in Int64(1)...100 {
      if look(&watch, step * 60, ahead: step * 10) != nil { noticed += 1 }
    }
    #expect(noticed == 3)
  }

  @Test func `it looks once a minute`() {
    var watch = watch
    #expect(watch.timeoutMilliseconds(monotonic: 0) == 0)
    let moments: [Int64] = [0, 59, 60, 61, 119, 120]
    let looks = moments.map { watch.isDue(monotonic: $0 * ClockWatchTests.second) }
    #expect(looks == [true, false, true, false, false, true])
    #expect(watch.timeoutMilliseconds(monotonic: 179 * ClockWatchTests.second) == 1_000)
  }
}
