import Logging
import SimulatedMachine
import Synchronization
import TesseraCrypto
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import Testing

@testable import TesseraServer

final class StageClock: TimeSource {
  private let nanoseconds = Atomic<Int64>(0)
  private let offset = Atomic<Int64>(0)

  /// Somebody sets the wall's clock.
  func set(aheadBy span: Duration) {
    offset.add(span.nanoseconds / 1_000, ordering: .relaxed)
  }

  func advance(milliseconds: Int64) {
    nanoseconds.add(milliseconds * 1_000_000, ordering: .relaxed)
  }
  func monotonicNanoseconds() -> Int64 { nanoseconds.load(ordering: .relaxed) }
  func wallMicroseconds() -> Int64 {
    Fixture.now.microseconds + monotonicNanoseconds() / 1_000 + offset.load(ordering: .relaxed)
  }
}

final class StageAnswers: AnswerSink {
  private let answers = Mutex<[Completion.Answer]>([])

  func send(_ answer: Completion.Answer) { answers.withLock { $0.append(answer) } }
  func takeAll() -> [Completion.Answer] {
    answers.withLock { answers in
      defer { answers = [] }
      return answers
    }
  }
}

/// Who waits, or has left.
struct Impatient: AnswerSink {
  let answers: StageAnswers
  let isAwaited: Bool

  func send(_ answer: Completion.Answer) { answers.send(answer) }
}

/// Time passes when it is its turn.
struct Slow: AnswerSink {
  let answers: StageAnswers
  let clock: StageClock

  func send(_ answer: Completion.Answer) { answers.send(answer) }
  var isAwaited: Bool {
    clock.advance(milliseconds: 10)
    return true
  }
}

/// The committer without its thread, on a disk and by a clock of the test's.
struct StageFixture {
  let disk = SimulatedDisk()
  let clock = StageClock()
  let answers = StageAnswers()
  let status: ServerStatus

  init() { status = ServerStatus(clock) }

  /// A stage over a new authority, or over the one that is there.
  func withStage(
    purgeAfter: Duration? = nil, isNew: Bool = true, closes: Bool = false,
    _ body: (inout CommitStage<SimulatedDisk, StageClock>, Caller) throws -> Void
  ) throws {
    var authority = try Authority(
      isNew
        ? DataDirectory(creating: "/data", on: disk) : DataDirectory(opening: "/data", on: disk),
      reserveBytes: 4_096, hashKey: (1, 2))
    let value: [UInt8] = Array("root".utf8)
    let now = Timestamp(microseconds: clock.wallMicroseconds())
    if isNew {
      _ = try authority.issueRootToken(value, command: "test", now: now, entropy: 1)
    }
    let reader = authority.engine.makeReader()
    reader.enter()
    let caller = try reader.authenticate(unsafe SHA256.digest(of: value.span.bytes), now: now).get()
    reader.leave()
    var configuration = ServerConfiguration(
      address: SocketAddress(host: .v4(0), port: 0), dataDirectory: "/data")
    configuration.purgeAfter = purgeAfter
    var stage = CommitStage(
      authority, configuration, status: status, clock,
      Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    try body(&stage, caller)
    if closes { stage.close() }
  }

  func issue(
    _ number: UInt64, for lifetime: Duration? = nil, by caller: Caller, deadline: Int64? = nil,
    _ reply: (any AnswerSink)? = nil
  ) -> CommitWork {
    var command = IssueCommand(
      kind: .admin, digest: Digest(number, 1, 1, 1), entropy: number)
    command.name = "token-\(number)"
    if let lifetime { command.expiry = .after(lifetime) }
    return change(.issue(command), by: caller, deadline: deadline, reply)
  }

  func change(
    _ command: Command, by caller: Caller, deadline: Int64? = nil,
    _ reply: (any AnswerSink)? = nil
  ) -> CommitWork {
    .change(
      CommitRequest(
        command: command, caller: caller, deadline: deadline, supplement: .none, bytes: 0,
        reply: reply ?? answers))
  }

  func wasRefused() -> Bool {
    guard case .refused = answers.takeAll().first else { return false }
    return true
  }

  func open(_ start: StartClock) throws(JournalError) {
    _ = try Authority(DataDirectory(opening: "/data", on: disk), clock: start)
  }

  /// Lets the clocks go on together by so many hours, with the looks that come in between.
  func pass(hours: Int, _ stage: inout CommitStage<SimulatedDisk, StageClock>) {
    for _ in 0..<hours * 2 {
      clock.advance(milliseconds: 1_800_000)
      stage.carryOut([])
    }
  }

  func writeSnapshot(_ stage: inout CommitStage<SimulatedDisk, StageClock>) throws {
    let planned = stage.takePlan()
    var run = try SnapshotRun(try #require(planned), of: stage.engine)
    while try run.step() {}
    stage.carryOut([.snapshotEnded(try run.finish())])
  }
}
