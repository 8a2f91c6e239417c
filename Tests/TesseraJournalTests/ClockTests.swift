import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// A clock that is far behind what was seen would bring expired tokens back.
@Suite struct ClockTests {
  private let data = "/data"
  private let seen = Timestamp(microseconds: 1_800_000_000_000_000)

  private func time(_ seconds: Int) -> Timestamp { seen + .seconds(seconds) }

  /// A journal whose last change was made at `seen`.
  private func disk() throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try withJournal(data, on: disk) { journal in
      var entry = Samples.entry(1)
      entry.at = seen
      try journal.append([entry])
    }
    return disk
  }

  private func open(_ disk: SimulatedDisk, _ clock: StartClock) throws(JournalError) -> Timestamp {
    var state = State()
    let journal = try Journal(
      opening: DataDirectory(opening: data, on: disk), .init(clock: clock), into: &state)
    return journal.highestTime
  }

  @Test func `a clock that is behind stops the start, and says what to do`() throws {
    let disk = try disk()
    #expect(try open(disk, .checked(time(-300))) == seen)
    #expect(try open(disk, .checked(time(3600))) == seen)
    let late = time(-301)
    let error = JournalError.clockBehind(now: late, highest: seen)
    let before = disk.paths.map { disk[$0] }
    #expect(throws: error) { try open(disk, .checked(late)) }
    #expect(
      try DirectoryView(of: data, on: disk).forecast(clock: .checked(late)) == .stops(error))
    #expect(disk.paths.map { disk[$0] } == before)
    #expect("\(error)".contains("--accept-clock") && "\(error)".contains(late.text))
  }

  @Test func `an accepted clock counts from then on, as soon as a snapshot tells of it`() throws {
    let disk = try disk()
    let now = time(-1_000_000)
    #expect(try open(disk, .accepted(now)) == now)
    #expect(throws: JournalError.self) { try open(disk, .checked(now)) }
    var state = State()
    do {
      let journal = try Journal(
        opening: DataDirectory(opening: data, on: disk), .init(clock: .accepted(now)), into: &state)
      try writeSnapshot(journal.snapshotPlan(), of: state, at: journal.highestTime)
    }
    #expect(try open(disk, .checked(now)) == now)
  }

  @Test func `the time of a snapshot counts where no change is so late`() throws {
    let disk = try disk()
    try withJournal(data, on: disk) { journal in
      try writeSnapshot(
        journal.snapshotPlan(), of: .after([Samples.entry(1)]), at: time(86_400))
    }
    #expect(throws: JournalError.self) { try open(disk, .checked(seen)) }
    #expect(try open(disk, .checked(time(86_200))) == time(86_400))
  }
}
