import Synchronization
import TesseraSystem

/// Many runs, several at a time, until there were enough or one shows a violation.
package struct Campaign: Sendable {
  package enum Extent: Sendable {
    case crashes(Int)
    case seconds(Int)
  }

  package var firstSeed: UInt64
  package var extent: Extent
  package var threads: Int
  /// What every run is like beside its seed.
  package var options: Simulation.Options
  /// Told of each run before it begins.
  package var willRun: (@Sendable (UInt64) -> Void)?

  package init(firstSeed: UInt64, extent: Extent, threads: Int) {
    self.firstSeed = firstSeed
    self.extent = extent
    self.threads = threads
    options = Simulation.Options(seed: firstSeed)
  }

  package struct Result: Sendable {
    package var tally = Tally()
    package var violation: Violation?
    fileprivate var nextSeed: UInt64
  }

  package func run() throws(SystemError) -> Result {
    let shared = Shared(Result(nextSeed: firstSeed))
    let start = SystemClock.monotonicNanoseconds()
    try work(shared, since: start, onThreads: threads)
    return shared.result.withLock { $0 }
  }

  private func work(
    _ shared: Shared, since start: Int64, onThreads threads: Int
  ) throws(SystemError) {
    guard threads > 1 else { return work(shared, since: start) }
    let thread = try Thread(name: "simulation-\(threads)") { work(shared, since: start) }
    try work(shared, since: start, onThreads: threads - 1)
    thread.join()
  }

  private func work(_ shared: Shared, since start: Int64) {
    while let seed = nextSeed(shared, since: start) {
      willRun?(seed)
      var options = options
      options.seed = seed
      let outcome = Simulation.run(options)
      shared.result.withLock { result in
        result.tally += outcome.tally
        if result.violation == nil { result.violation = outcome.violation }
      }
    }
  }

  private func nextSeed(_ shared: Shared, since start: Int64) -> UInt64? {
    shared.result.withLock { result in
      let isEnough =
        switch extent {
        case .crashes(let crashes): result.tally.crashes >= crashes
        case .seconds(let seconds):
          SystemClock.monotonicNanoseconds() - start >= Int64(seconds) * 1_000_000_000
        }
      guard !isEnough, result.violation == nil else { return nil }
      defer { result.nextSeed &+= 1 }
      return result.nextSeed
    }
  }

  private final class Shared: Sendable {
    let result: Mutex<Result>
    init(_ result: Result) { self.result = Mutex(result) }
  }
}
