import Dispatch
import Foundation
import Synchronization

/// How much of a sweep is made: a share in every run of the tests, all of it where `TESSERA_SWEEP`
/// is `whole`, as `tools/dev/sweep-damage` sets it.
enum SweepSize {
  static let isWhole = ProcessInfo.processInfo.environment["TESSERA_SWEEP"] == "whole"

  /// Tries each on all cores. Returns the first few of what went wrong, and how often each outcome
  /// came.
  static func sweep<Trial: Sendable>(
    _ trials: [Trial], _ attempt: @escaping @Sendable (Trial) -> Outcome
  ) -> (violations: [String], counts: [String: Int]) {
    let found = Mutex<(violations: [String], counts: [String: Int])>(([], [:]))
    let share = 64
    DispatchQueue.concurrentPerform(iterations: (trials.count + share - 1) / share) { index in
      for trial in trials[(index * share)...].prefix(share) {
        let outcome = attempt(trial)
        found.withLock { found in
          switch outcome {
          case .right(let kind): found.counts[kind, default: 0] += 1
          case .violation(let what):
            if found.violations.count < 10 { found.violations.append(what) }
          }
        }
      }
    }
    return found.withLock { $0 }
  }

  enum Outcome: Sendable {
    /// As it should be; what it was, for the count.
    case right(String)
    case violation(String)
  }
}
