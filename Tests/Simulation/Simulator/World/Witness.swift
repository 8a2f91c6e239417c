import SimulatedMachine
import Synchronization
import TesseraEngine
import TesseraModel
import TesseraServer
import TesseraSystem

/// What happens while the product works, in order.
enum Happening: Sendable {
  /// A batch was decided, and is about to be written.
  case decided([JournalEntry], applied: Revision)
  case answered(request: Int, Completion.Answer, applied: Revision)
  /// The disk as it was in the midst of a call.
  case image(SimulatedDisk, of: DiskCall)
  /// A value of a change that is in flight was validated in the midst of a call.
  case validated(Digest, Verdict, applied: Revision)
}

/// Sees what happens inside a step: which the world hears of when the step is over, since it must
/// not be touched meanwhile.
final class Witness: Sendable {
  private struct State: Sendable {
    var log: [Happening] = []
    var dice: SeededGenerator
    /// An image is taken at one in so many calls.
    var imageOdds: Int
    var view: EngineView?
    var values: [Digest] = []

    var applied: Revision { view?.engine.revision ?? .zero }
  }

  private let disk: SimulatedDisk
  private let time: SimulatedTime
  private let state: Mutex<State>

  init(_ disk: SimulatedDisk, _ time: SimulatedTime, imageOdds: Int, seed: UInt64) {
    self.disk = disk
    self.time = time
    state = Mutex(State(dice: SeededGenerator(seed: seed), imageOdds: imageOdds))
    disk.watch { [weak self] call in self?.saw(call) }
  }

  /// From here on there is an engine that answers.
  func look(at view: EngineView) { state.withLock { $0.view = view } }

  func takeAll() -> [Happening] {
    state.withLock { state in
      let log = state.log
      state.log = []
      return log
    }
  }

  func decided(_ entries: [JournalEntry]) {
    state.withLock { state in
      state.log.append(.decided(entries, applied: state.applied))
      state.values = entries.flatMap(\.digests)
    }
  }

  func answered(_ request: Int, _ answer: Completion.Answer) {
    state.withLock { state in
      state.log.append(.answered(request: request, answer, applied: state.applied))
      state.values = []
    }
  }

  private func saw(_ call: DiskCall) {
    let now = Timestamp(microseconds: time.wallMicroseconds())
    let seed = state.withLock { state -> UInt64? in
      if let view = state.view, let value = state.values.randomElement(using: &state.dice) {
        let applied = state.applied
        state.log.append(.validated(value, view.verdict(value, now), applied: applied))
      }
      return state.dice.oneIn(state.imageOdds) ? state.dice.next() : nil
    }
    guard let seed else { return }
    let image = disk.fork(seed: seed)
    state.withLock { $0.log.append(.image(image, of: call)) }
  }
}

/// An engine and a reader of it, to be asked from wherever something is seen.
final class EngineView: Sendable {
  let engine: Engine
  let reader: EngineReader

  init(_ engine: Engine) {
    self.engine = engine
    reader = engine.makeReader()
  }

  func answer(_ digest: Digest, _ now: Timestamp) -> Answer {
    reader.validate(digest, Question(kinds: .all), for: .unlimited, now: now)
  }

  func verdict(_ digest: Digest, _ now: Timestamp) -> Verdict {
    reader.enter()
    defer { reader.leave() }
    return answer(digest, now).verdict
  }
}

/// Where the answer to one request of a step goes.
struct Reply: AnswerSink {
  let witness: Witness
  let request: Int

  func send(_ answer: Completion.Answer) { witness.answered(request, answer) }
}
