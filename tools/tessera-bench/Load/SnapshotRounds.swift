import TesseraModel

/// Validations at a rate, in turn while no snapshot is written and while one is.
struct SnapshotRounds {
  /// What was counted in each round.
  private(set) var quiet: [Tally] = []
  private(set) var busy: [Tally] = []

  /// - Parameter quietNanoseconds: between two snapshots.
  static func measure(
    _ generator: inout Generator<ValidateWork>, _ asker: inout SnapshotAsker, rounds: Int,
    quietNanoseconds: Int64, callsPerSecond: Double
  ) throws -> SnapshotRounds {
    var result = SnapshotRounds()
    for _ in 0..<rounds {
      try generator.run(
        nanoseconds: quietNanoseconds, callsPerSecond: callsPerSecond, server: nil)
      result.quiet.append(generator.takeTally())
      try asker.ask()
      try generator.run(callsPerSecond: callsPerSecond, server: nil) { _ in
        try !asker.isWritten()
      }
      result.busy.append(generator.takeTally())
    }
    return result
  }

  /// Percentiles are medians of the rounds, so that a moment in which the machine was away does not
  /// make them up.
  var figures: Figures {
    var figures = Figures()
    let each = SnapshotRounds.median(busy.map { Double($0.elapsedNanoseconds) / 1e9 })
    figures.add("rounds", busy.count)
    figures.add("snapshot_seconds", each, decimals: 2)
    figures.line = "\(busy.count) snapshots of \(each.text(decimals: 2)) s"
    for (name, percentile) in [("p50", 50), ("p99", 99), ("p99.9", 99.9)] {
      let (without, during) = (
        SnapshotRounds.median(quiet.map { $0.latency.microseconds(percentile: percentile) }),
        SnapshotRounds.median(busy.map { $0.latency.microseconds(percentile: percentile) })
      )
      figures.add("quiet_\(name)_us", without, decimals: 1)
      figures.add("snapshot_\(name)_us", during, decimals: 1)
      figures.add("\(name)_ratio", during / without, decimals: 2)
      figures.line +=
        "; \(name) \(without.text(decimals: 0)) µs without, \(during.text(decimals: 0)) during: "
        + (during / without).text(decimals: 2)
    }
    return figures
  }

  /// What must not have happened, in words; nil where all is well.
  var complaint: String? { (quiet + busy).lazy.compactMap(\.complaint).first }

  /// - Precondition: there are values.
  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let (low, high) = (sorted[(sorted.count - 1) / 2], sorted[sorted.count / 2])
    return (low + high) / 2
  }
}
