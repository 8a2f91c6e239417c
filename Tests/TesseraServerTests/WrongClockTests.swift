import Logging
import SimulatedMachine
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem
import Testing

@testable import TesseraServer

/// What the committer makes of a wall's clock that somebody sets.
@Suite struct WrongClockTests {
  private let fixture = StageFixture()

  private static let day: Duration = .seconds(86_400)

  @Test func `a start by a clock that is ahead purges nothing, nor does the next`() throws {
    try fixture.withStage { stage, caller in
      stage.carryOut([fixture.issue(1, for: Self.day, by: caller)])
    }
    let ahead = Self.day * 3_650
    fixture.clock.set(aheadBy: ahead)
    for start in UInt64(2)...3 {
      fixture.disk.endProcess()
      try fixture.withStage(purgeAfter: Self.day * 90, isNew: false) { stage, caller in
        fixture.pass(hours: 11, &stage)
        stage.carryOut([fixture.issue(start, by: caller)])
        let count = stage.engine.tokenCount
        #expect(count == Int(start) + 1, "the first still among them")
        // The events of before are there as well.
        let events = stage.engine.events(after: nil, limit: 10).count
        #expect(events == Int(start) + 1)
      }
    }
    // Nobody set it right for as long as it takes: it is right.
    fixture.disk.endProcess()
    try fixture.withStage(purgeAfter: Self.day * 90, isNew: false) { stage, _ in
      fixture.pass(hours: 13, &stage)
      let count = stage.engine.tokenCount
      #expect(count == 3)
    }
  }

  @Test func `a clock that is set ahead while it serves purges nothing`() throws {
    try fixture.withStage(purgeAfter: Self.day * 90) { stage, caller in
      stage.carryOut([fixture.issue(1, for: Self.day, by: caller)])
      fixture.pass(hours: 13, &stage)
      fixture.clock.set(aheadBy: Self.day * 3_650)
      fixture.pass(hours: 11, &stage)
      // What was used meanwhile is to be kept, but not the time.
      stage.engine.noteSnapshotFailed()
      stage.carryOut([.snapshotIsDue])
      try fixture.writeSnapshot(&stage)
      fixture.clock.set(aheadBy: Self.day * -3_650)
      fixture.pass(hours: 24, &stage)
      let count = stage.engine.tokenCount
      #expect(count == 2)
      #expect(fixture.status.readOnlyReason == nil, "nobody used the time that was wrong")
    }
  }

  @Test func `by a clock that is far behind only revocations are taken`() throws {
    try fixture.withStage { stage, caller in
      stage.carryOut([fixture.issue(1, by: caller)])
      let id = try #require(stage.engine.records(after: nil, limit: 2).last?.record.id)
      fixture.pass(hours: 1, &stage)
      _ = fixture.answers.takeAll()
      fixture.clock.set(aheadBy: .seconds(-301))
      stage.carryOut([fixture.issue(2, by: caller)])
      #expect(fixture.wasRefused())
      #expect(fixture.status.readOnlyReason?.contains("clock") == true)
      stage.carryOut([fixture.change(.revoke(RevokeCommand(.tokens([id]))), by: caller)])
      #expect(!fixture.wasRefused())
      #expect(fixture.status.readOnlyReason?.contains("clock") == true)
      let isRevoked = stage.engine.token(id)?.revocation != nil
      #expect(isRevoked)
      fixture.clock.set(aheadBy: .seconds(2))
      stage.carryOut([fixture.issue(2, by: caller)])
      #expect(!fixture.wasRefused())
      #expect(fixture.status.readOnlyReason == nil)
    }
  }

  @Test func `the time goes on for those who validate although nothing is changed`() throws {
    try fixture.withStage { stage, caller in
      stage.carryOut([fixture.issue(1, for: .seconds(600), by: caller)])
      fixture.pass(hours: 1, &stage)
      fixture.clock.set(aheadBy: .seconds(-3_500))
      stage.carryOut([])
      let reader = stage.engine.makeReader()
      reader.enter()
      defer { reader.leave() }
      let wall = Timestamp(microseconds: fixture.clock.wallMicroseconds())
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
    try fixture.withStage(closes: isOrderly) { stage, caller in
      stage.carryOut([fixture.issue(1, by: caller), .snapshotIsDue])
      try fixture.writeSnapshot(&stage)
      fixture.clock.advance(milliseconds: 3_500_000)
      stage.carryOut([.snapshotIsDue])
      let early = stage.takePlan() == nil
      #expect(early)
      fixture.clock.advance(milliseconds: 48 * 3_600_000)
      stage.carryOut([.snapshotIsDue])
      if !isOrderly { try fixture.writeSnapshot(&stage) }
    }
    fixture.disk.endProcess()
    #expect(throws: JournalError.self) {
      try fixture.open(.checked(Fixture.now + .seconds(86_400)))
    }
  }

  @Test func `a journal that has ended is told of, whatever the clock does`() throws {
    try fixture.withStage { stage, caller in
      fixture.disk.fail(.init(call: .fdatasync))
      stage.carryOut([fixture.issue(1, by: caller)])
      #expect(fixture.status.readOnlyReason?.contains("disk failed") == true)
      fixture.clock.set(aheadBy: Self.day * -1)
      stage.carryOut([])
      #expect(fixture.status.readOnlyReason?.contains("disk failed") == true)
      fixture.clock.set(aheadBy: Self.day)
      stage.carryOut([])
      #expect(fixture.status.readOnlyReason?.contains("disk failed") == true)
    }
  }

  private func tokens(
    after command: IssueCommand, by caller: Caller,
    _ stage: inout CommitStage<SimulatedDisk, StageClock>
  ) -> Int {
    stage.carryOut([fixture.change(.issue(command), by: caller)])
    return stage.engine.tokenCount
  }

  /// A repetition would make a second token.
  @Test func `a clock that is set ahead while it serves forgets no idempotency key`() throws {
    try fixture.withStage { stage, caller in
      var command = IssueCommand(kind: .admin, digest: Digest(1, 1, 1, 1), entropy: 1)
      command.idempotency = (Digest(2, 2, 2, 2), Digest(3, 3, 3, 3))
      fixture.pass(hours: 13, &stage)
      var count = tokens(after: command, by: caller, &stage)
      #expect(count == 2)
      for span in [Self.day * 3, Self.day * -3, Self.day * 3] {
        fixture.clock.set(aheadBy: span)
        fixture.pass(hours: 4, &stage)
        count = tokens(after: command, by: caller, &stage)
        #expect(count == 2, "the same, or refused")
      }
      // Nobody sets it right: it is right. What is kept for a day ends a day later.
      fixture.pass(hours: 13, &stage)
      command.digest = Digest(1, 1, 1, 2)
      count = tokens(after: command, by: caller, &stage)
      #expect(count == 3)
    }
  }

  @Test func `a snapshot never tells of an earlier time than the one before`() throws {
    try fixture.withStage { stage, caller in
      let now = Timestamp(microseconds: fixture.clock.wallMicroseconds())
      let later = now + .seconds(200)
      for moment in [later, now] {
        stage.carryOut([fixture.issue(UInt64(moment.microseconds), by: caller)])
        stage.carryOut([.snapshotIsDue])
        let planned = stage.takePlan()
        var run = try SnapshotRun(try #require(planned), of: stage.engine)
        stage.engine.note(moment)
        while try run.step() {}
        stage.carryOut([.snapshotEnded(try run.finish())])
      }
    }
    fixture.disk.endProcess()
    #expect(throws: JournalError.self) { try fixture.open(.checked(Fixture.now + .seconds(-200))) }
  }

  @Test func `a clock that was accepted once is believed by the next start`() throws {
    try fixture.withStage { _, _ in }
    fixture.disk.endProcess()
    let behind = Fixture.now + .seconds(-86_400)
    #expect(throws: JournalError.self) { try fixture.open(.checked(behind)) }
    fixture.clock.advance(milliseconds: -86_400_000)
    var configuration = ServerConfiguration(
      address: SocketAddress(host: .v4(0), port: 0), dataDirectory: "/data")
    configuration.purgeAfter = nil
    do {
      let authority = try Authority(
        DataDirectory(opening: "/data", on: fixture.disk), clock: .accepted(behind))
      var stage = CommitStage(
        authority, configuration, status: fixture.status, fixture.clock,
        Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
      let isWanted = stage.takePlan() != nil
      #expect(isWanted)
      stage.carryOut([.snapshotEnded(nil)])
      stage.close()
    }
    fixture.disk.endProcess()
    try fixture.open(.checked(behind))
  }
}
