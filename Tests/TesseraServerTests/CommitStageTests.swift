import SimulatedMachine
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import Testing

@testable import TesseraServer

@Suite struct CommitStageTests {
  private let fixture = StageFixture()

  @Test func `on a full disk it looks for room each second, and not more often`() throws {
    try fixture.withStage { stage, caller in
      let idle = stage.timeoutMilliseconds()
      #expect(idle == 0, "the first look at the clock")
      stage.carryOut([])
      fixture.disk.capacity = fixture.disk.taken
      var number: UInt64 = 0
      repeat {
        number += 1
        stage.carryOut([fixture.issue(number, by: caller)])
      } while !fixture.wasRefused()
      #expect(fixture.status.readOnlyReason?.contains("full") == true)
      var calls = fixture.disk.calls
      for _ in 0..<3 {
        let wait = stage.timeoutMilliseconds()
        #expect(wait == 1_000)
        fixture.clock.advance(milliseconds: 999)
        stage.carryOut([])
        #expect(fixture.disk.calls == calls)
        fixture.clock.advance(milliseconds: 1)
        stage.carryOut([])
        #expect(fixture.disk.calls > calls)
        calls = fixture.disk.calls
        #expect(fixture.status.readOnlyReason != nil)
      }
      fixture.disk.capacity = .max
      fixture.clock.advance(milliseconds: 1_000)
      stage.carryOut([])
      #expect(fixture.status.readOnlyReason == nil)
      let busy = stage.timeoutMilliseconds()
      #expect(busy > 1_000)
      stage.carryOut([fixture.issue(number + 1, by: caller)])
      #expect(!fixture.wasRefused())
    }
  }

  @Test func `nothing is changed for who has left, and everyone is answered`() throws {
    try fixture.withStage { stage, caller in
      let tokens = stage.engine.tokenCount
      stage.carryOut([
        fixture.issue(1, by: caller, Impatient(answers: fixture.answers, isAwaited: false)),
        fixture.issue(2, by: caller, Impatient(answers: fixture.answers, isAwaited: true)),
      ])
      let now = stage.engine.tokenCount
      #expect(now == tokens + 1)
      let codes = fixture.answers.takeAll().map { answer -> StatusCode in
        if case .refused(let refusal) = answer { refusal.code } else { .ok }
      }
      #expect(codes == [.cancelled, .ok])
    }
  }

  @Test func `a deadline is looked at when the change's turn has come`() throws {
    try fixture.withStage { stage, caller in
      let deadline = fixture.clock.monotonicNanoseconds() + 5_000_000
      stage.carryOut([
        fixture.issue(1, by: caller, Slow(answers: fixture.answers, clock: fixture.clock)),
        fixture.issue(2, by: caller, deadline: deadline),
      ])
      let codes = fixture.answers.takeAll().map { answer -> StatusCode in
        if case .refused(let refusal) = answer { refusal.code } else { .ok }
      }
      #expect(codes == [.ok, .deadlineExceeded])
    }
  }

  @Test func `a snapshot in steps holds what is changed between them`() throws {
    try fixture.withStage { stage, caller in
      for number in UInt64(1)...200 { stage.carryOut([fixture.issue(number, by: caller)]) }
      stage.carryOut([.snapshotIsDue])
      let planned = stage.takePlan()
      let plan = try #require(planned)
      let again = stage.takePlan() == nil
      #expect(again)
      var run = try SnapshotRun(plan, of: stage.engine)
      var number: UInt64 = 200
      let later = fixture.clock.wallMicroseconds() + 60_000_000
      stage.engine.note(Timestamp(microseconds: later))
      while try run.step() {
        number += 1
        stage.carryOut([fixture.issue(number, by: caller)])
      }
      let summary = try run.finish()
      stage.carryOut([.snapshotEnded(summary)])
      #expect(summary.records.tokens > 200)
      #expect(fixture.answers.takeAll().count == Int(number))
      let tokens = stage.engine.tokenCount
      fixture.disk.endProcess()
      let recovered = try Authority(DataDirectory(opening: "/data", on: fixture.disk))
      let (count, time) = (recovered.engine.tokenCount, recovered.engine.lastMoment)
      #expect(count == tokens)
      #expect(time.microseconds >= later)
    }
  }

  @Test func `a snapshot that is given up leaves nothing, and its uses are new still`() throws {
    try fixture.withStage { stage, caller in
      stage.carryOut([fixture.issue(1, by: caller), .snapshotIsDue])
      let paths = fixture.disk.paths
      let planned = stage.takePlan()
      let plan = try #require(planned)
      do {
        var run = try SnapshotRun(plan, of: stage.engine)
        _ = try run.step()
      }
      #expect(fixture.disk.paths == paths)
      let hasNewUses = stage.engine.hasNewUses
      #expect(hasNewUses)
      stage.carryOut([.snapshotEnded(nil)])
    }
  }

  @Test func `no snapshot is begun once the journal has ended, and nobody waits for one`() throws {
    try fixture.withStage { stage, caller in
      stage.carryOut([fixture.issue(1, by: caller), .snapshotIsDue])
      let planned = stage.takePlan()
      let plan = try #require(planned)
      stage.carryOut([fixture.issue(2, by: caller), .snapshotNow(fixture.answers)])
      _ = fixture.answers.takeAll()
      fixture.disk.fail(.init(call: .fdatasync))
      stage.carryOut([fixture.issue(3, by: caller)])
      #expect(fixture.wasRefused())
      var run = try SnapshotRun(plan, of: stage.engine)
      while try run.step() {}
      stage.carryOut([.snapshotEnded(try run.finish())])
      #expect(fixture.wasRefused(), "the one that was written began before it was asked for")
      stage.carryOut([.snapshotIsDue])
      let isPlanned = stage.takePlan() != nil
      #expect(!isPlanned)
      stage.carryOut([.snapshotNow(fixture.answers)])
      #expect(fixture.wasRefused())
    }
  }
}
