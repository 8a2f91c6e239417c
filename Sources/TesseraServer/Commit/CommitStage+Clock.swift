import Logging
import TesseraEngine
import TesseraModel

// What is made of the wall's clock, which somebody may set.
extension CommitStage {
  var now: Timestamp { Timestamp(microseconds: time.wallMicroseconds()) }

  /// Says so where the clock is far ahead of all that was seen: a long absence, or an error.
  mutating func checkClock() {
    let highest = journal.recovery.highestTime
    guard highest > .earliest, highest + ClockWatch.longAbsence < now else { return }
    clock.suspect()
    logger.warning(
      """
      the clock says \(now.text), and the authority has seen nothing after \(highest.text): if the \
      clock is ahead, tokens count as expired and changes get its time; nothing is purged for the \
      next \(clockTrial)
      """)
  }

  /// Takes note of the time, and of a clock that was set.
  mutating func lookAtClock() {
    let (now, monotonic) = (now, time.monotonicNanoseconds())
    if let step = clock.look(wall: now, monotonic: monotonic) {
      let (way, span) = step > .zero ? ("ahead", step) : ("back", .zero - step)
      logger.warning(
        """
        the clock was set \(way) by \(span), to \(now.text): nothing is purged for the next \
        \(clockTrial)
        """)
    }
    guard clock.isDue(monotonic: monotonic) else { return noteClockBehind() }
    // What has expired by a time that was seen stays so, with or without changes at it.
    if clock.isSteady { engine.note(now) }
    if clock.isBelieved(monotonic: monotonic) {
      engine.dropOldEvents(at: now)
      engine.forgetOldKeys(at: now)
    }
    noteClockBehind()
  }

  /// By a clock that is far behind the highest time seen no start would serve: what is issued by it
  /// would last longer than anybody asked. Revoking goes on.
  private mutating func noteClockBehind() {
    let highest = engine.lastMoment
    let isBehind = now + Limits.clockBehind < highest
    guard isBehind != clockIsBehind else { return }
    clockIsBehind = isBehind
    if isBehind {
      status.clockReason = Self.clockBehindReason
      logger.critical(
        """
        the clock says \(now.text), and the authority has seen \(highest.text): changes other than \
        revocations are refused. Set the clock right; if it is right and what was seen is not, \
        restart once with: tesserad serve --accept-clock
        """)
    } else {
      status.clockReason = nil
      logger.notice("the clock is right again")
    }
  }

  static var clockBehindReason: String {
    """
    the clock is behind what the authority has seen: changes are refused until it is set right; \
    revocations are taken, and validations go on
    """
  }

  /// Those that may be decided by the clock as it is; the others are refused.
  func timely(_ requests: [CommitRequest]) -> [CommitRequest] {
    guard clockIsBehind else { return requests }
    refuse(requests.filter { !$0.command.isRevocation }, .clockIsBehind)
    return requests.filter(\.command.isRevocation)
  }
}

extension Refusal {
  fileprivate static let clockIsBehind = Refusal(
    .failedPrecondition,
    "the authority's clock is behind what it has seen: nothing was changed; validations go on")
}
