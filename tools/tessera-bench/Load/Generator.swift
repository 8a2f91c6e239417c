import TesseraBytes
import TesseraModel
import TesseraSystem
import TesseraWire

/// Keeps the authority busy from one thread, and measures it.
///
/// In the closed loop an answer is followed at once by the next request, so that as many as the
/// depth says stay in flight on each connection. In the open loop a schedule says when a call is
/// due; one that finds every connection full waits, and its latency has begun.
struct Generator<Call: Work>: ~Copyable {
  private var poller: Poller
  private let lanes: Lanes
  private(set) var work: Call
  private(set) var tally = Tally()
  /// The connection whose turn it is to take a call of the schedule.
  private var turn = 0

  /// How long answers are waited for after the last call was sent.
  private static var drainNanoseconds: Int64 { 10_000_000_000 }

  init(_ work: Call, to peer: Peer, connections: Int, depth: Int) throws {
    var poller = try Poller()
    lanes = try Lanes.open(connections, to: peer, depth: depth, &poller)
    self.poller = poller
    self.work = work
  }

  /// Sends calls for so long, or until the work ends, then waits for their answers.
  ///
  /// - Parameter callsPerSecond: nil for the closed loop.
  mutating func run(
    nanoseconds: Int64, callsPerSecond: Double?, server: ServerProcess?
  ) throws {
    try run(callsPerSecond: callsPerSecond, server: server) { $0 < nanoseconds }
  }

  /// The same for as long as `goesOn`, which is told the nanoseconds since the first call.
  mutating func run(
    callsPerSecond: Double?, server: ServerProcess?, while goesOn: (Int64) throws -> Bool
  ) throws {
    let cpuAtStart = try server?.processorSeconds()
    let start = SystemClock.monotonicNanoseconds()
    var schedule = callsPerSecond.map { Schedule(start: start, callsPerSecond: $0) }
    if schedule == nil {
      for lane in lanes.all { try refill(lane, dueAt: start) }
    }
    var now = start
    while try goesOn(now - start), work.hasMore {
      if schedule != nil { try sendDue(&schedule!, at: now) }
      try poll(timeoutMilliseconds: schedule == nil ? 100 : 0, refilling: schedule == nil)
      now = SystemClock.monotonicNanoseconds()
    }
    tally.elapsedNanoseconds = now - start
    tally.tokensInTime = tally.tokens
    if let server, let cpuAtStart {
      tally.serverSeconds = try server.processorSeconds() - cpuAtStart
    }
    try drain()
    if !work.hasMore, callsPerSecond == nil {
      // All that was asked for counts, so the time is until the last answer.
      tally.elapsedNanoseconds = SystemClock.monotonicNanoseconds() - start
      tally.tokensInTime = tally.tokens
      if let server, let cpuAtStart {
        tally.serverSeconds = try server.processorSeconds() - cpuAtStart
      }
    }
  }

  /// What was counted so far; the next run counts anew.
  mutating func takeTally() -> Tally {
    defer { tally = Tally() }
    return tally
  }

  private mutating func drain() throws {
    let deadline = SystemClock.monotonicNanoseconds() + Self.drainNanoseconds
    while tally.calls < tally.callsSent {
      guard SystemClock.monotonicNanoseconds() < deadline else { return }
      try poll(timeoutMilliseconds: 100, refilling: false)
    }
  }

  private mutating func poll(timeoutMilliseconds: CInt, refilling: Bool) throws {
    try poller.wait(timeoutMilliseconds: timeoutMilliseconds)
    while let event = poller.nextEvent() {
      guard let lane = lanes[event.registration] else { continue }
      if event.isReadable, try lane.connection.receive() {
        let now = SystemClock.monotonicNanoseconds()
        try take(&lane.connection, &lane.calls, at: now)
        if refilling { fill(&lane.connection, &lane.calls, dueAt: now) }
      }
      try lane.connection.flush(poller)
    }
  }

  private mutating func take(
    _ connection: inout Connection, _ calls: inout InFlight, at now: Int64
  ) throws {
    try connection.takeAnswers { header, payload in
      guard let due = calls.end(header.call) else {
        throw BenchFailure.unreachable("the authority answered a call that was not made")
      }
      tally.latency.record(now - due)
      tally.calls += 1
      tally.tokens += work.tokensPerCall
      if header.status == .ok {
        tally.allowed += try work.countAllowed(payload)
      } else {
        tally.note(failure: header.status, payload)
      }
    }
  }

  private mutating func refill(_ lane: Lane, dueAt moment: Int64) throws {
    fill(&lane.connection, &lane.calls, dueAt: moment)
    try lane.connection.flush(poller)
  }

  private mutating func fill(
    _ connection: inout Connection, _ calls: inout InFlight, dueAt moment: Int64
  ) {
    while !calls.isFull, work.hasMore {
      work.appendRequest(calls.begin(dueAt: moment), to: &connection.outbound)
      tally.callsSent += 1
    }
  }

  /// Sends what is due, spread over the connections.
  private mutating func sendDue(_ schedule: inout Schedule, at now: Int64) throws {
    var due = schedule.waiting(at: now)
    var tried = 0
    while due > 0, tried < lanes.all.count, work.hasMore {
      let lane = lanes.all[turn]
      turn = turn + 1 == lanes.all.count ? 0 : turn + 1
      if lane.calls.isFull {
        tried += 1
        continue
      }
      tried = 0
      due -= 1
      work.appendRequest(
        lane.calls.begin(dueAt: schedule.take()), to: &lane.connection.outbound)
      tally.callsSent += 1
      try lane.connection.flush(poller)
    }
    tally.callsUnsent = Int(due)
  }
}
