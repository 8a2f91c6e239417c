extension Tally {
  /// - Parameter unit: what is counted, in plural: `tokens`.
  func figures(_ unit: String, connections: Int, depth: Int) -> Figures {
    let seconds = Double(elapsedNanoseconds) / 1e9
    let perSecond = seconds > 0 ? Double(tokensInTime) / seconds : 0
    let percent = tokens > 0 ? 100 * Double(allowed) / Double(tokens) : 0
    var figures = Figures()
    figures.add("connections", connections)
    figures.add("depth", depth)
    figures.add("seconds", seconds, decimals: 3)
    figures.add("\(unit)_per_second", perSecond, decimals: 0)
    figures.add("allowed_percent", percent, decimals: 1)
    figures.add("calls", calls)
    figures.add("calls_failed", callsFailed)
    figures.add("calls_unanswered", callsUnanswered)
    figures.add("calls_unsent", callsUnsent)
    figures.line =
      "connections \(connections) depth \(depth): \(perSecond.text(decimals: 0)) \(unit)/s, "
      + "\(percent.text(decimals: 1))% allowed, \(callsFailed) calls failed"
    if callsUnsent > 0 { figures.line += ", \(callsUnsent) due but not sent" }
    for (name, percentile) in [("p50", 50), ("p99", 99), ("p99.9", 99.9)] {
      let duration = latency.microseconds(percentile: percentile)
      figures.add("\(name)_us", duration, decimals: 1)
      figures.line += ", \(name) \(duration.text(decimals: 0)) µs"
    }
    figures.add("max_us", latency.maxMicroseconds, decimals: 1)
    figures.line += ", max \(latency.maxMicroseconds.text(decimals: 0)) µs"
    if let serverSeconds, tokensInTime > 0 {
      let each = serverSeconds / Double(tokensInTime) * 1e6
      figures.add("server_us_each", each, decimals: 3)
      figures.line += ", server \(each.text(decimals: 2)) µs each"
    }
    return figures
  }

  /// What must not have happened, in words; nil where all is well.
  var complaint: String? {
    if let firstFailure { return "\(callsFailed) calls failed, the first with \(firstFailure)" }
    if callsUnanswered > 0 { return "\(callsUnanswered) calls were never answered" }
    return nil
  }
}
