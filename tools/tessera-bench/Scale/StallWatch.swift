import Synchronization
import TesseraEngine
import TesseraModel
import TesseraSystem

/// What the readers saw that validated all the while.
struct Stalls {
  var latency = Latency()
  /// The longest validation of those during which the thread kept its core.
  var longestUndisturbedNanoseconds: Int64 = 0
  /// Validations of 50 µs and more, and those of them during which the kernel ran something else.
  var slow = 0
  var slowPreempted = 0
  /// How often a reader gave up its core by itself. A validation that waits for a lock would.
  var voluntarySwitches = 0
  var wrongAnswers = 0

  static let slowNanoseconds: Int64 = 50_000

  mutating func add(_ other: Stalls) {
    latency.add(other.latency)
    longestUndisturbedNanoseconds = max(
      longestUndisturbedNanoseconds, other.longestUndisturbedNanoseconds)
    slow += other.slow
    slowPreempted += other.slowPreempted
    voluntarySwitches += other.voluntarySwitches
    wrongAnswers += other.wrongAnswers
  }
}

/// Readers on threads of their own, each timing every single validation, until they are told to
/// stop.
final class StallWatch: Sendable {
  private let engine: Engine
  private let isOver = Atomic<Bool>(false)
  private let found = Mutex(Stalls())

  private init(_ engine: Engine) { self.engine = engine }

  /// Runs `body` while so many readers validate.
  static func watch(
    _ engine: Engine, readers: Int, seed: UInt64, while body: () throws -> Void
  ) throws -> Stalls {
    let watch = StallWatch(engine)
    // Noncopyable threads do not go into an array: each is joined by the frame that started it.
    try watch.start(readers, seed: seed, then: body)
    return watch.found.withLock { $0 }
  }

  private func start(_ readers: Int, seed: UInt64, then body: () throws -> Void) throws {
    guard readers > 0 else {
      defer { isOver.store(true, ordering: .releasing) }
      return try body()
    }
    let thread = try Thread(name: "reader-\(readers)") { [self] in
      let seen = read(seed: seed &+ UInt64(readers))
      found.withLock { $0.add(seen) }
    }
    let outcome = Result { try start(readers - 1, seed: seed, then: body) }
    isOver.store(true, ordering: .releasing)
    thread.join()
    try outcome.get()
  }

  private func read(seed: UInt64) -> Stalls {
    let reader = engine.makeReader()
    var random = SplitMix64(seed: seed)
    var stalls = Stalls()
    let atFirst = OwnProcess.switchesOfThisThread()
    while !isOver.load(ordering: .acquiring) {
      reader.enter()
      burst(reader, &random, &stalls)
      reader.leave()
    }
    stalls.voluntarySwitches =
      OwnProcess.switchesOfThisThread().voluntary - atFirst.voluntary
    return stalls
  }

  /// As many as a reactor decides between two waits.
  private func burst(
    _ reader: borrowing EngineReader, _ random: inout SplitMix64, _ stalls: inout Stalls
  ) {
    // Published after the tokens were: those up to it are there.
    let tokens = Int(reader.revision.rawValue)
    guard tokens > 0 else { return }
    var switches = OwnProcess.switchesOfThisThread()
    for _ in 0..<64 {
      let digest = MadeTokens.digest(random.index(below: tokens))
      let start = SystemClock.monotonicNanoseconds()
      let answer = reader.validate(digest, Question(), for: .unlimited, now: MadeTokens.now)
      let spent = SystemClock.monotonicNanoseconds() - start
      stalls.latency.record(spent)
      if answer.verdict != .allowed { stalls.wrongAnswers += 1 }
      if spent < Stalls.slowNanoseconds {
        stalls.longestUndisturbedNanoseconds = max(stalls.longestUndisturbedNanoseconds, spent)
        continue
      }
      stalls.slow += 1
      let after = OwnProcess.switchesOfThisThread()
      if after.involuntary > switches.involuntary {
        stalls.slowPreempted += 1
      } else {
        stalls.longestUndisturbedNanoseconds = max(stalls.longestUndisturbedNanoseconds, spent)
      }
      switches = after
    }
  }
}
