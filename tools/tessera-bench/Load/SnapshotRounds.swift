import TesseraModel

/// Validations at a rate, in turn while no snapshot is written and while one is.
struct SnapshotRounds {
  /// Of all rounds.
  private(set) var quiet = Tally()
  private(set) var busy = Tally()

  /// - Parameter quietNanoseconds: between two snapshots.
  static func measure(
    _ generator: inout Generator<ValidateWork>, _ asker: inout SnapshotAsker, rounds: Int,
    quietNanoseconds: Int64, callsPerSecond: Double
  ) throws -> SnapshotRounds {
    var result = SnapshotRounds()
    for _ in 0..<rounds {
      try generator.run(
        nanoseconds: quietNanoseconds, callsPerSecond: callsPerSecond, server: nil)
      result.quiet.add(generator.takeTally())
      try asker.ask()
      try generator.run(callsPerSecond: callsPerSecond, server: nil) { _ in
        try !asker.isWritten()
      }
      result.busy.add(generator.takeTally())
    }
    return result
  }

  func figures(rounds: Int) -> Figures {
    var figures = Figures()
    let each = Double(busy.elapsedNanoseconds) / Double(rounds) / 1e9
    figures.add("rounds", rounds)
    figures.add("snapshot_seconds", each, decimals: 2)
    figures.line = "\(rounds) snapshots of \(each.text(decimals: 2)) s each"
    for (name, percentile) in [("p50", 50), ("p99", 99), ("p99.9", 99.9)] {
      let (without, during) = (
        quiet.latency.microseconds(percentile: percentile),
        busy.latency.microseconds(percentile: percentile)
      )
      figures.add("quiet_\(name)_us", without, decimals: 1)
      figures.add("snapshot_\(name)_us", during, decimals: 1)
      figures.add("\(name)_ratio", during / without, decimals: 2)
      figures.line +=
        ", \(name) \(without.text(decimals: 0)) µs without, \(during.text(decimals: 0)) during"
        + " (\((during / without).text(decimals: 2)))"
    }
    return figures
  }
}
