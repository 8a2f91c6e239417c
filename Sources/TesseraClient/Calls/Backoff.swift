/// How long to wait before trying again: twice as long each time, up to a limit, of which a random
/// half is left out so that many clients do not come back at the same moment.
struct Backoff: Sendable {
  let first: Duration
  let longest: Duration
  private(set) var failures = 0

  init(first: Duration, longest: Duration) {
    precondition(first > .zero && longest >= first, "waits must be more than 0, the longest most")
    self.first = first
    self.longest = longest
  }

  /// The wait after another failure.
  mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
    failures += 1
    return Backoff.wait(after: failures, first: first, longest: longest, using: &random)
  }

  /// All is well again.
  mutating func reset() { failures = 0 }

  /// Between a half and the whole of `first` doubled `failures - 1` times, or of `longest`.
  static func wait(
    after failures: Int, first: Duration, longest: Duration,
    using random: inout some RandomNumberGenerator
  ) -> Duration {
    var whole = first
    for _ in 1..<max(2, min(failures, 64)) where failures > 1 && whole < longest { whole *= 2 }
    whole = min(whole, longest)
    return whole * Double.random(in: 0.5...1, using: &random)
  }
}
