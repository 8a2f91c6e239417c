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

/// The committer without its thread, on a disk and by a clock of the test's.
@Suite struct CommitStageTests {
  private final class Clock: TimeSource {
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

  private final class Answers: AnswerSink {
    private let answers = Mutex<[Completion.Answer]>([])

    func send(_ answer: Completion.Answer) { answers.withLock { $0.append(answer) } }
    func takeAll() -> [Completion.Answer] {
      answers.withLock { answers in
        defer { answers = [] }
        return answers
      }
    }
  }

  /// Who has left; or whose answer is asked for so long that time passes.
  private struct Impatient: AnswerSink {
    let answers: Answers
    let isAwaited: Bool

    func send(_ answer: Completion.Answer) { answers.send(answer) }
  }

  /// Time passes when it is its turn.
  private struct Slow: AnswerSink {
    let answers: Answers
    let clock: Clock

    func send(_ answer: Completion.Answer) { answers.send(answer) }
    var isAwaited: Bool {
      clock.advance(milliseconds: 10)
      return true
    }
  }

  private let disk = SimulatedDisk()
  private let clock = Clock()
  private let answers = Answers()
  private let status: ServerStatus

  init() { status = ServerStatus(clock) }

  /// A stage over a new authority, or over the one that is there.
  private func withStage(
    purgeAfter: Duration? = nil, isNew: Bool = true, closes: Bool = false,
    _ body: (inout CommitStage<SimulatedDisk, Clock>, Caller) throws -> Void
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

  private func issue(
    _ number: UInt64, for lifetime: Duration? = nil, by caller: Caller, deadline: Int64? = nil,
    _ reply: (any AnswerSink)? = nil
  ) -> CommitWork {
    var command = IssueCommand(
      kind: .admin, digest: Digest(number, 1, 1, 1), entropy: number)
    command.name = "token-\(number)"
    if let lifetime { command.expiry = .after(lifetime) }
    return change(.issue(command), by: caller, deadline: deadline, reply)
  }

  private func change(
    _ command: Command, by caller: Caller, deadline: Int64? = nil,
    _ reply: (any AnswerSink)? = nil
  ) -> CommitWork {
    .change(
      CommitRequest(
        command: command, caller: caller, deadline: deadline, supplement: .none, bytes: 0,
        reply: reply ?? answers))
  }

  private func wasRefused() -> Bool {
    guard case .refused = answers.takeAll().first else { return false }
    return true
  }

  @Test func `on a full disk it looks for room each second, and not more often`() throws {
    try withStage { stage, caller in
      let idle = stage.timeoutMilliseconds()
      #expect(idle == 0, "the first look at the clock")
      stage.carryOut([])
      disk.capacity = disk.taken
      var number: UInt64 = 0
      repeat {
        number += 1
        stage.carryOut([issue(number, by: caller)])
      } while !wasRefused()
      #expect(status.readOnlyReason?.contains("full") == true)
      var calls = disk.calls
      for _ in 0..<3 {
        let wait = stage.timeoutMilliseconds()
        #expect(wait == 1_000)
        clock.advance(milliseconds: 999)
        stage.carryOut([])
        #expect(disk.calls == calls)
        clock.advance(milliseconds: 1)
        stage.carryOut([])
        #expect(disk.calls > calls)
        calls = disk.calls
        #expect(status.readOnlyReason != nil)
      }
      disk.capacity = .max
      clock.advance(milliseconds: 1_000)
      stage.carryOut([])
      #expect(status.readOnlyReason == nil)
      let busy = stage.timeoutMilliseconds()
      #expect(busy > 1_000)
      stage.carryOut([issue(number + 1, by: caller)])
      #expect(!wasRefused())
    }
  }

  @Test func `nothing is changed for who has left, and everyone is answered`() throws {
    try withStage { stage, caller in
      let tokens = stage.engine.tokenCount
      stage.carryOut([
        issue(1, by: caller, Impatient(answers: answers, isAwaited: false)),
        issue(2, by: caller, Impatient(answers: answers, isAwaited: true)),
      ])
      let now = stage.engine.tokenCount
      #expect(now == tokens + 1)
      let codes = answers.takeAll().map { answer -> StatusCode in
        if case .refused(let refusal) = answer { refusal.code } else { .ok }
      }
      #expect(codes == [.cancelled, .ok])
    }
  }

  @Test func `a deadline is looked at when the change's turn has come`() throws {
    try withStage { stage, caller in
      let deadline = clock.monotonicNanoseconds() + 5_000_000
      stage.carryOut([
        issue(1, by: caller, Slow(answers: answers, clock: clock)),
        issue(2, by: caller, deadline: deadline),
      ])
      let codes = answers.takeAll().map { answer -> StatusCode in
        if case .refused(let refusal) = answer { refusal.code } else { .ok }
      }
      #expect(codes == [.ok, .deadlineExceeded])
    }
  }

  @Test func `a snapshot in steps holds what is changed between them`() throws {
    try withStage { stage, caller in
      for number in UInt64(1)...200 { stage.carryOut([issue(number, by: caller)]) }
      stage.carryOut([.snapshotIsDue])
      let planned = stage.takePlan()
      let plan = try #require(planned)
      let again = stage.takePlan() == nil
      #expect(again)
      var run = try SnapshotRun(plan, of: stage.engine)
      var number: UInt64 = 200
      let later = clock.wallMicroseconds() + 60_000_000
      stage.engine.note(Timestamp(microseconds: later))
      while try run.step() {
        number += 1
        stage.carryOut([issue(number, by: caller)])
      }
      let summary = try run.finish()
      stage.carryOut([.snapshotEnded(summary)])
      #expect(summary.records.tokens > 200)
      #expect(answers.takeAll().count == Int(number))
      let tokens = stage.engine.tokenCount
      disk.endProcess()
      let recovered = try Authority(DataDirectory(opening: "/data", on: disk))
      let (count, time) = (recovered.engine.tokenCount, recovered.engine.lastMoment)
      #expect(count == tokens)
      #expect(time.microseconds >= later)
    }
  }

  @Test func `a snapshot never tells of an earlier time than the one before`() throws {
    try withStage { stage, caller in
      let now = Timestamp(microseconds: clock.wallMicroseconds())
      let later = now + .seconds(200)
      for moment in [later, now] {
        stage.carryOut([issue(UInt64(moment.microseconds), by: caller)])
        stage.carryOut([.snapshotIsDue])
        let planned = stage.takePlan()
        var run = try SnapshotRun(try #require(planned), of: stage.engine)
        stage.engine.note(moment)
        while try run.step() {}
        stage.carryOut([.snapshotEnded(try run.finish())])
      }
    }
    disk.endProcess()
    #expect(throws: JournalError.self) { try open(.checked(Fixture.now + .seconds(-200))) }
  }

  private func open(_ start: StartClock) throws(JournalError) {
    _ = try Authority(DataDirectory(opening: "/data", on: disk), clock: start)
  }

  @Test func `a clock that was accepted once is believed by the next start`() throws {
    try withStage { _, _ in }
    disk.endProcess()
    let behind = Fixture.now + .seconds(-86_400)
    #expect(throws: JournalError.self) { try open(.checked(behind)) }
    clock.advance(milliseconds: -86_400_000)
    var configuration = ServerConfiguration(
      address: SocketAddress(host: .v4(0), port: 0), dataDirectory: "/data")
    configuration.purgeAfter = nil
    do {
      let authority = try Authority(
        DataDirectory(opening: "/data", on: disk), clock: .accepted(behind))
      var stage = CommitStage(
        authority, configuration, status: status, clock,
        Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      let isWanted = stage.takePlan() != nil
      #expect(isWanted)
      stage.carryOut([.snapshotEnded(nil)])
      stage.close()
    }
    disk.endProcess()
    try open(.checked(behind))
  }

  @Test func `a snapshot that is given up leaves nothing, and its uses are new still`() throws {
    try withStage { stage, caller in
      stage.carryOut([issue(1, by: caller), .snapshotIsDue])
      let paths = disk.paths
      let planned = stage.takePlan()
      let plan = try #require(planned)
      do {
        var run = try SnapshotRun(plan, of: stage.engine)
        _ = try run.step()
      }
      #expect(disk.paths == paths)
      let hasNewUses = stage.engine.hasNewUses
      #expect(hasNewUses)
      stage.carryOut([.snapshotEnded(nil)])
    }
  }

  // MARK: Clocks that are wrong

  private static let day: Duration = .seconds(86_400)

  /// Lets the clocks go on together by so many hours, with the looks that come in between.
  private func pass(hours: Int, _ stage: inout CommitStage<SimulatedDisk, Clock>) {
    for _ in 0..<hours * 2 {
      clock.advance(milliseconds: 1_800_000)
      stage.carryOut([])
    }
  }

  private func writeSnapshot(_ stage: inout CommitStage<SimulatedDisk, Clock>) throws {
    let planned = stage.takePlan()
    var run = try SnapshotRun(try #require(planned), of: stage.engine)
    while try run.step() {}
    stage.carryOut([.snapshotEnded(try run.finish())])
  }

  @Test func `a start by a clock that is ahead purges nothing, nor does the next`() throws {
    try withStage { stage, caller in
      stage.carryOut([issue(1, for: Self.day, by: caller)])
    }
    let ahead = Self.day * 3_650
    clock.set(aheadBy: ahead)
    for start in UInt64(2)...3 {
      disk.endProcess()
      try withStage(purgeAfter: Self.day * 90, isNew: false) { stage, caller in
        pass(hours: 11, &stage)
        stage.carryOut([issue(start, by: caller)])
        let count = stage.engine.tokenCount
        #expect(count == Int(start) + 1, "the first still among them")
        // The events of before are there as well.
        let events = stage.engine.events(after: nil, limit: 10).count
        #expect(events == Int(start) + 1)
      }
    }
    // Nobody set it right for as long as it takes: it is right.
    disk.endProcess()
    try withStage(purgeAfter: Self.day * 90, isNew: false) { stage, _ in
      pass(hours: 13, &stage)
      let count = stage.engine.tokenCount
      #expect(count == 3)
    }
  }

  @Test func `a clock that is set ahead while it serves purges nothing`() throws {
    try withStage(purgeAfter: Self.day * 90) { stage, caller in
      stage.carryOut([issue(1, for: Self.day, by: caller)])
      pass(hours: 13, &stage)
      clock.set(aheadBy: Self.day * 3_650)
      pass(hours: 11, &stage)
      // What was used meanwhile is to be kept, but not the time.
      stage.engine.noteSnapshotFailed()
      stage.carryOut([.snapshotIsDue])
      try writeSnapshot(&stage)
      clock.set(aheadBy: Self.day * -3_650)
      pass(hours: 24, &stage)
      let count = stage.engine.tokenCount
      #expect(count == 2)
      #expect(status.readOnlyReason == nil, "nobody used the time that was wrong")
    }
  }

  @Test func `by a clock that is far behind only revocations are taken`() throws {
    try withStage { stage, caller in
      stage.carryOut([issue(1, by: caller)])
      let id = try #require(stage.engine.records(after: nil, limit: 2).last?.record.id)
      pass(hours: 1, &stage)
      _ = answers.takeAll()
      clock.set(aheadBy: .seconds(-301))
      stage.carryOut([issue(2, by: caller)])
      #expect(wasRefused())
      #expect(status.readOnlyReason?.contains("clock") == true)
      stage.carryOut([change(.revoke(RevokeCommand(.tokens([id]))), by: caller)])
      #expect(!wasRefused())
      #expect(status.readOnlyReason?.contains("clock") == true)
      let isRevoked = stage.engine.token(id)?.revocation != nil
      #expect(isRevoked)
      clock.set(aheadBy: .seconds(2))
      stage.carryOut([issue(2, by: caller)])
      #expect(!wasRefused())
      #expect(status.readOnlyReason == nil)
    }
  }

  @Test func `the time goes on for those who validate although nothing is changed`() throws {
    try withStage { stage, caller in
      stage.carryOut([issue(1, for: .seconds(600), by: caller)])
      pass(hours: 1, &stage)
      clock.set(aheadBy: .seconds(-3_500))
      stage.carryOut([])
      let reader = stage.engine.makeReader()
      reader.enter()
      defer { reader.leave() }
      let wall = Timestamp(microseconds: clock.wallMicroseconds())
      let verdict = reader.validate(
        Digest(1, 1, 1, 1), Question(kinds: .all), for: .unlimited,
        now: max(wall, reader.lastMoment)
      ).verdict
      #expect(verdict == .expired)
    }
  }

  /// So that a clock that is set back over an idle weekend stops the start.
  @Test(arguments: [true, false])
  func `a file tells what time it is although nothing is changed`(isOrderly: Bool) throws {
    try withStage(closes: isOrderly) { stage, caller in
      stage.carryOut([issue(1, by: caller), .snapshotIsDue])
      try writeSnapshot(&stage)
      clock.advance(milliseconds: 3_500_000)
      stage.carryOut([.snapshotIsDue])
      let early = stage.takePlan() == nil
      #expect(early)
      clock.advance(milliseconds: 48 * 3_600_000)
      stage.carryOut([.snapshotIsDue])
      if !isOrderly { try writeSnapshot(&stage) }
    }
    disk.endProcess()
    #expect(throws: JournalError.self) { try open(.checked(Fixture.now + .seconds(86_400))) }
  }

  @Test func `a journal that has ended is told of, whatever the clock does`() throws {
    try withStage { stage, caller in
      disk.fail(.init(call: .fdatasync))
      stage.carryOut([issue(1, by: caller)])
      #expect(status.readOnlyReason?.contains("disk failed") == true)
      clock.set(aheadBy: Self.day * -1)
      stage.carryOut([])
      #expect(status.readOnlyReason?.contains("disk failed") == true)
      clock.set(aheadBy: Self.day)
      stage.carryOut([])
      #expect(status.readOnlyReason?.contains("disk failed") == true)
    }
  }

  @Test func `no snapshot is begun once the journal has ended, and nobody waits for one`() throws {
    try withStage { stage, caller in
      stage.carryOut([issue(1, by: caller), .snapshotIsDue])
      let planned = stage.takePlan()
      let plan = try #require(planned)
      stage.carryOut([issue(2, by: caller), .snapshotNow(answers)])
      _ = answers.takeAll()
      disk.fail(.init(call: .fdatasync))
      stage.carryOut([issue(3, by: caller)])
      #expect(wasRefused())
      var run = try SnapshotRun(plan, of: stage.engine)
      while try run.step() {}
      stage.carryOut([.snapshotEnded(try run.finish())])
      #expect(wasRefused(), "the one that was written began before it was asked for")
      stage.carryOut([.snapshotIsDue])
      let isPlanned = stage.takePlan() != nil
      #expect(!isPlanned)
      stage.carryOut([.snapshotNow(answers)])
      #expect(wasRefused())
    }
  }
}
