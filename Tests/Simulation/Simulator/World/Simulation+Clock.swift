import SimulatedMachine
import TesseraJournal
import TesseraModel

// The wall's clock, which goes on, and is set now and then.
extension Simulation {
  var now: Timestamp { Timestamp(microseconds: time.wallMicroseconds()) }

  mutating func moveTime() {
    let spans: [Int64] = [1, 1_000, 1_000_000, 60_000_000, 600_000_000]
    time.advance(microseconds: spans.randomElement(using: &random)!)
    if random.oneIn(40) { time.set(backBy: .random(in: 0...60_000_000, using: &random)) }
    if isBehind, random.oneIn(4) {
      setRight()
    } else if random.oneIn(plan.clockOdds) {
      let hour: Int64 = 3_600_000_000
      let ways: [ClosedRange<Int64>] = [hour...hour * 24 * 30, -hour * 24 * 30 ... -hour]
      time.set(backBy: .random(in: ways.randomElement(using: &random)!, using: &random))
      trace.note("somebody sets the clock to \(now.text)")
    }
    latest = max(latest, now)
  }

  private var isBehind: Bool { now + Limits.clockBehind < latest }

  private mutating func setRight() {
    time.set(to: latest.microseconds)
    trace.note("the clock is right again")
  }

  /// A start was refused for the clock's sake: nothing may have been changed. The next is by a
  /// clock that is right, or that is said to be; returns whether it is the latter.
  mutating func judgeClockRefusal(
    highest: Timestamp, _ before: [String: [UInt8]]
  ) throws(Finding) -> Bool {
    guard now + Limits.clockBehind < highest, highest <= latest else {
      throw Finding("a start by a clock that is right was refused: \(highest.text) was never seen")
    }
    guard disk.files == before else { throw Finding("a start that was refused changed the disk") }
    tally.clockRefusals += 1
    trace.note("the clock is behind: no start")
    disk.endProcess()
    if random.oneIn(2) { return true }
    setRight()
    return false
  }

  /// A start succeeded: by a clock that is not far behind, or that is said to be right.
  mutating func judgeClock(_ recovery: RecoveryReport, isAccepted: Bool) throws(Finding) {
    if !isAccepted {
      guard oracle.leastMoment <= now + Limits.clockBehind else {
        throw Finding("a start by a clock that is behind: \(oracle.leastMoment.text) was seen")
      }
    } else if recovery.loweredTime {
      oracle.accepted(now)
      tally.clocksAccepted += 1
    }
  }
}
