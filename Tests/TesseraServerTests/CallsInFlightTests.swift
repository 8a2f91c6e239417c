import TesseraModel
import TesseraSystem
import Testing

@testable import TesseraServer

@Suite struct CallsInFlightTests {
  @Test func `the work of a call that was given up counts until it has ended`() {
    var calls = CallsInFlight()
    let number = CallNumber(rawValue: 1)
    let first = calls.begin(number, .get, deadline: nil)
    let isGivenUp = calls.giveUp(number)
    let second = calls.begin(number, .get, deadline: nil)
    let other = calls.begin(CallNumber(rawValue: 2), .issue, deadline: nil)
    #expect(isGivenUp && calls.count == 3)
    #expect(calls.answerBytes == 2 * Method.get.longestRead)
    let (isOver, isAwaited) = (calls.end(first), calls.end(second))
    #expect(!isOver && isAwaited)
    calls.end(other)
    #expect(calls.count == 0 && calls.answerBytes == 0 && calls.isEmpty)
  }

  @Test func `who works on a call is told when nobody waits for it any more`() {
    var calls = CallsInFlight()
    let cancelled = calls.begin(CallNumber(rawValue: 1), .issue, deadline: nil)
    let overdue = calls.begin(CallNumber(rawValue: 2), .issue, deadline: 5)
    let waiting = calls.begin(CallNumber(rawValue: 3), .issue, deadline: 7)
    _ = calls.giveUp(cancelled.number)
    let numbers = calls.takeOverdue(5)
    #expect(numbers == [overdue.number])
    #expect(!cancelled.interest.isAlive && !overdue.interest.isAlive && waiting.interest.isAlive)
    calls.giveUpAll()
    #expect(!waiting.interest.isAlive && calls.isEmpty)
  }
}

@Suite struct CallDeadlinesTests {
  private let connections: [Poller.Registration]
  /// What is registered, for as long as it is.
  private let flags: [EventFlag]

  init() throws {
    var poller = try Poller()
    flags = try (0..<3).map { _ in try EventFlag() }
    var connections: [Poller.Registration] = []
    for flag in flags { connections.append(try poller.add(flag.descriptor, for: .read)) }
    self.connections = connections
  }

  @Test func `only connections that are due are looked at`() {
    var deadlines = CallDeadlines()
    deadlines.watch(connections[0], until: 1_000_000_000)
    deadlines.watch(connections[1], until: 50)
    deadlines.watch(connections[1], until: 60)
    deadlines.watch(connections[2], until: 70)
    deadlines.forget(connections[2])
    #expect(deadlines.next == 50 && deadlines.count == 2)
    let early = deadlines.takeDue(49)
    let due = deadlines.takeDue(50)
    #expect(early == [] && due == [connections[1]])
    #expect(deadlines.next == 1_000_000_000)
  }

  @Test func `however short deadlines are, looks are apart`() {
    var deadlines = CallDeadlines()
    var looks = 0
    for now in stride(from: Int64(0), to: 100_000_000, by: 100_000) {
      deadlines.watch(connections[0], until: now)
      if !deadlines.takeDue(now).isEmpty { looks += 1 }
    }
    #expect(looks == 100_000_000 / Int(CallDeadlines.resolution))
  }
}
