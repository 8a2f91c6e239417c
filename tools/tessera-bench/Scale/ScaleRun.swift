import TesseraEngine
import TesseraSystem

/// An engine that grows from nothing to so many tokens, without a server.
struct ScaleRun {
  let tokens: Int
  let readers: Int
  let seed: UInt64

  /// Tokens that are applied together, as the committer does under load.
  private static var batch: Int { 64 }
  /// How long the readers go on when the table has stopped growing: what they see then is the
  /// machine.
  private static var restNanoseconds: Int64 { 1_000_000_000 }

  func measure() throws -> Figures {
    let engine = Engine(hashKey: (seed, ~seed))
    let residentBefore = try OwnProcess.residentBytes()
    let started = SystemClock.monotonicNanoseconds()
    let growing = try StallWatch.watch(engine, readers: readers, seed: seed) {
      for first in stride(from: 0, to: tokens, by: ScaleRun.batch) {
        MadeTokens.apply(first..<min(first + ScaleRun.batch, tokens), to: engine)
      }
    }
    let growingSeconds = Double(SystemClock.monotonicNanoseconds() - started) / 1e9
    engine.reclaim()
    let resident = try OwnProcess.residentBytes() - residentBefore
    let atRest = try StallWatch.watch(engine, readers: readers, seed: seed) {
      let end = SystemClock.monotonicNanoseconds() + ScaleRun.restNanoseconds
      // The writer's core is kept as busy as before.
      while SystemClock.monotonicNanoseconds() < end {}
    }
    let cost = try ValidationCost(engine, tokens: tokens, seed: seed)
    guard growing.wrongAnswers + atRest.wrongAnswers == 0 else {
      throw BenchFailure.wrong(
        "\(growing.wrongAnswers + atRest.wrongAnswers) validations of tokens that were there failed"
      )
    }
    return figures(
      residentBytes: resident, validationBytes: engine.memoryUse.validationBytes, growingSeconds,
      growing, atRest, cost)
  }

  private func figures(
    residentBytes: Int, validationBytes: Int, _ growingSeconds: Double, _ growing: Stalls,
    _ atRest: Stalls, _ cost: ValidationCost
  ) -> Figures {
    let each = Double(residentBytes) / Double(tokens)
    let validation = Double(validationBytes) / Double(tokens)
    var figures = Figures()
    figures.add("tokens", tokens)
    figures.add("bytes_per_token", each, decimals: 1)
    figures.add("validation_bytes_per_token", validation, decimals: 1)
    figures.add("puts_per_second", Double(tokens) / growingSeconds, decimals: 0)
    figures.add("validate_ns", cost.aloneNanoseconds, decimals: 1)
    figures.add("validate_staged_ns", cost.stagedNanoseconds, decimals: 1)
    figures.line =
      "\(tokens) tokens: \(each.text(decimals: 1)) bytes each, \(validation.text(decimals: 1)) of "
      + "them read by Validate, which takes \(cost.aloneNanoseconds.text(decimals: 0)) ns alone and "
      + "\(cost.stagedNanoseconds.text(decimals: 0)) ns in bursts of 64"
    guard readers > 0 else { return figures }
    figures.add("readers", readers)
    add("growing", growing, "while the table grew", &figures)
    add("at_rest", atRest, "at rest", &figures)
    return figures
  }

  private func add(_ name: String, _ stalls: Stalls, _ when: String, _ figures: inout Figures) {
    let percentile = stalls.latency.microseconds(percentile: 99.99)
    let undisturbed = Double(stalls.longestUndisturbedNanoseconds) / 1e3
    figures.add("\(name)_validations", Int(stalls.latency.count))
    figures.add("\(name)_p99.99_us", percentile, decimals: 1)
    figures.add("\(name)_max_us", stalls.latency.maxMicroseconds, decimals: 1)
    figures.add("\(name)_max_undisturbed_us", undisturbed, decimals: 1)
    figures.add("\(name)_slow", stalls.slow)
    figures.add("\(name)_slow_preempted", stalls.slowPreempted)
    figures.add("\(name)_voluntary_switches", stalls.voluntarySwitches)
    figures.line +=
      "\n\(when), of \(stalls.latency.count) validations p99.99 \(percentile.text(decimals: 1)) µs, "
      + "max \(stalls.latency.maxMicroseconds.text(decimals: 0)) µs, "
      + "\(undisturbed.text(decimals: 0)) µs where the reader kept its core; "
      + "\(stalls.slow) took 50 µs or more, \(stalls.slowPreempted) of them preempted; "
      + "\(stalls.voluntarySwitches) waits"
  }
}
