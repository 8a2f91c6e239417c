import TesseraEngine
import TesseraModel
import TesseraSystem

/// What one Validate costs the engine, by hits at random: nanoseconds.
struct ValidationCost {
  /// One at a time, each begun when the answer before is there.
  var aloneNanoseconds = 0.0
  /// In bursts of 64, through stage, fetch and decide.
  var stagedNanoseconds = 0.0

  private static var burst: Int { 64 }

  /// - Parameter validations: how many of each are measured.
  init(
    _ engine: Engine, tokens: Int, seed: UInt64, validations: Int = 4 << 20
  ) throws(BenchFailure) {
    let reader = engine.makeReader()
    var random = SplitMix64(seed: seed)
    let repetitions = validations / ValidationCost.burst
    var (alone, staged): (Int64, Int64) = (0, 0)
    var digests = [Digest](repeating: Digest(0, 0, 0, 0), count: ValidationCost.burst + 1)
    var allowed = 0
    for _ in 0..<repetitions {
      reader.enter()
      ValidationCost.draw(&digests, tokens, &random)
      var start = SystemClock.monotonicNanoseconds()
      allowed += ValidationCost.validateAlone(digests, reader)
      alone += SystemClock.monotonicNanoseconds() - start
      ValidationCost.draw(&digests, tokens, &random)
      start = SystemClock.monotonicNanoseconds()
      allowed += ValidationCost.validateStaged(digests, reader)
      staged += SystemClock.monotonicNanoseconds() - start
      reader.leave()
    }
    guard allowed == 2 * repetitions * ValidationCost.burst else {
      throw .wrong("the engine did not allow every token that it holds")
    }
    aloneNanoseconds = Double(alone) / Double(repetitions * ValidationCost.burst)
    stagedNanoseconds = Double(staged) / Double(repetitions * ValidationCost.burst)
  }

  private static func draw(_ digests: inout [Digest], _ tokens: Int, _ random: inout SplitMix64) {
    for index in digests.indices { digests[index] = MadeTokens.digest(random.index(below: tokens)) }
  }

  /// The next digest is found by way of the answer before, or the processor would look up several
  /// at once: it cannot know that the upper bit of an id's lower half is 0.
  private static func validateAlone(_ digests: [Digest], _ reader: borrowing EngineReader) -> Int {
    var allowed = 0
    var skip = 0
    for index in 0..<burst {
      let answer = reader.validate(
        digests[index + skip], Question(), for: .unlimited, now: MadeTokens.now)
      skip = Int(truncatingIfNeeded: answer.id.low >> 63)
      if answer.verdict == .allowed { allowed += 1 }
    }
    return allowed
  }

  private static func validateStaged(_ digests: [Digest], _ reader: borrowing EngineReader) -> Int {
    unsafe withUnsafeTemporaryAllocation(of: StagedValidation.self, capacity: burst) { staged in
      for index in 0..<burst {
        unsafe staged.initializeElement(
          at: index, to: reader.stage(digests[index], Question()))
      }
      for index in 0..<burst { unsafe reader.fetch(staged[index]) }
      var allowed = 0
      for index in 0..<burst {
        let answer = unsafe reader.decide(staged[index], for: .unlimited, now: MadeTokens.now)
        if answer.verdict == .allowed { allowed += 1 }
      }
      return allowed
    }
  }
}
