import TesseraModel
import TesseraSystem

/// Connections a second: each connects, shakes hands, says goodbye and is followed by the next.
enum HandshakeRun {
  static func measure(
    _ peer: Peer, atOnce: Int, nanoseconds: Int64, _ server: ServerProcess?
  ) throws -> Figures {
    var poller = try Poller()
    var lanes = Lanes()
    var latency = Latency()
    let cpuAtStart = try server?.processorSeconds()
    let start = SystemClock.monotonicNanoseconds()
    for _ in 0..<atOnce { try begin(peer, &lanes, &poller) }
    var now = start
    while now < start + nanoseconds {
      try poller.wait(timeoutMilliseconds: 100)
      while let event = poller.nextEvent() {
        guard let lane = lanes[event.registration] else { continue }
        try lane.connection.advance(poller)
        guard lane.connection.phase == .established else { continue }
        if let due = lane.calls.end(CallNumber(rawValue: 1)) {
          latency.record(SystemClock.monotonicNanoseconds() - due)
        }
        lanes.remove(lane)
        lane.connection.close(&poller)
        try begin(peer, &lanes, &poller)
      }
      now = SystemClock.monotonicNanoseconds()
    }
    let serverSeconds = try cpuAtStart.map { try (server?.processorSeconds() ?? $0) - $0 }
    return figures(latency, seconds: Double(now - start) / 1e9, atOnce, serverSeconds)
  }

  /// The lane's one call stands for the handshake, and began now.
  private static func begin(_ peer: Peer, _ lanes: inout Lanes, _ poller: inout Poller) throws {
    let now = SystemClock.monotonicNanoseconds()
    let lane = Lane(try Connection(to: peer, &poller), depth: 1)
    _ = lane.calls.begin(dueAt: now)
    lanes.insert(lane)
  }

  private static func figures(
    _ latency: Latency, seconds: Double, _ atOnce: Int, _ serverSeconds: Double?
  ) -> Figures {
    let perSecond = Double(latency.count) / seconds
    var figures = Figures()
    figures.add("connections", atOnce)
    figures.add("handshakes_per_second", perSecond, decimals: 0)
    figures.line = "\(atOnce) at once: \(perSecond.text(decimals: 0)) handshakes/s"
    for (name, percentile) in [("p50", 50), ("p99", 99), ("p99.9", 99.9)] {
      let duration = latency.microseconds(percentile: percentile)
      figures.add("\(name)_us", duration, decimals: 1)
      figures.line += ", \(name) \(duration.text(decimals: 0)) µs"
    }
    figures.add("max_us", latency.maxMicroseconds, decimals: 1)
    figures.line += ", max \(latency.maxMicroseconds.text(decimals: 0)) µs"
    if let serverSeconds, latency.count > 0 {
      let each = serverSeconds / Double(latency.count) * 1e6
      figures.add("server_us_each", each, decimals: 1)
      figures.line += ", server \(each.text(decimals: 1)) µs each"
    }
    return figures
  }
}
