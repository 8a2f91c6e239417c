import TesseraModel
import Testing

@testable import TesseraServer

@Suite struct PurgeScheduleTests {
  private let time = Fixture.now
  private let interval = PurgeSchedule.interval

  @Test func `a batch at the start, and then one a minute`() throws {
    var schedule = PurgeSchedule(after: .seconds(10), now: 7)
    #expect(schedule.timeoutMilliseconds(now: 7) == 0)
    let command = schedule.command(now: 7, time: time)
    let first = try #require(command)
    #expect(first.endedBefore == time + .seconds(-10))
    #expect(first.after == nil)
    let early = schedule.command(now: 8, time: time)
    #expect(early == nil)
    #expect(schedule.timeoutMilliseconds(now: 7) == 60_000)
    let tooEarly = schedule.command(now: 6 + interval, time: time)
    let second = schedule.command(now: 7 + interval, time: time)
    #expect(tooEarly == nil && second != nil)
  }

  @Test func `the next batch goes on where the one before ended`() throws {
    var schedule = PurgeSchedule(after: .seconds(10), now: 0)
    _ = schedule.command(now: 0, time: time)
    schedule.note(TokenID(high: 1, low: 2))
    let second = schedule.command(now: interval, time: time)
    #expect(second?.after?.low == 2)
    schedule.note(nil)
    let command = schedule.command(now: 2 * interval, time: time)
    let third = try #require(command)
    #expect(third.after == nil)
  }

  @Test func `what is kept for ever is never looked for`() {
    var schedule = PurgeSchedule(after: nil, now: 0)
    #expect(schedule.timeoutMilliseconds(now: .max) == -1)
    let command = schedule.command(now: .max, time: time)
    #expect(command == nil)
  }
}
