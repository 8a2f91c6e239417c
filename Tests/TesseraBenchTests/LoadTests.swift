import TesseraModel
import Testing

@testable import tessera_bench

@Suite struct InFlightTests {
  @Test func `answers in any order find when their calls were due`() {
    var calls = InFlight(depth: 3)
    let first = calls.begin(dueAt: 10)
    let second = calls.begin(dueAt: 20)
    let third = calls.begin(dueAt: 30)
    #expect(calls.isFull)
    #expect(Set([first, second, third]).count == 3)
    #expect(calls.end(second) == 20)
    #expect(calls.count == 2)
    let fourth = calls.begin(dueAt: 40)
    #expect(calls.end(first) == 10)
    #expect(calls.end(fourth) == 40)
    #expect(calls.end(third) == 30)
    #expect(calls.isEmpty)
  }

  @Test func `an answer to no call is told from one that was made`() {
    var calls = InFlight(depth: 2)
    let call = calls.begin(dueAt: 1)
    #expect(calls.end(.none) == nil)
    #expect(calls.end(CallNumber(rawValue: 3)) == nil)
    #expect(calls.end(CallNumber(rawValue: .max)) == nil)
    #expect(calls.end(call) == 1)
    #expect(calls.end(call) == nil, "answered twice")
    #expect(calls.count == 0)
  }
}

@Suite struct ScheduleTests {
  @Test func `calls are due at the rate, whenever they are asked for`() {
    var schedule = Schedule(start: 1_000, callsPerSecond: 1_000)
    #expect(schedule.waiting(at: 1_000) == 0)
    #expect(schedule.waiting(at: 1_000 + 2_500_000) == 2)
    #expect(schedule.take() == 1_000)
    #expect(schedule.take() == 1_000 + 1_000_000)
    #expect(schedule.waiting(at: 1_000 + 2_500_000) == 0)
  }

  @Test func `a stall does not make the calls it delayed due later`() {
    var schedule = Schedule(start: 0, callsPerSecond: 100)
    #expect(schedule.waiting(at: 1_000_000_000) == 100)
    let due = (0..<100).map { _ in schedule.take() }
    #expect(due.first == 0)
    #expect(due.last == 990_000_000)
  }
}
