import Glibc
import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// One life of an authority that rotates, writes snapshots and seals; it remembers what it was
/// told.
private struct Life {
  let disk: SimulatedDisk
  var acknowledged: [JournalEntry] = []
  /// The change of which nobody can say whether it is durable.
  var doubtful: JournalEntry?
  private var attempts: UInt64 = 0

  init() throws {
    disk = SimulatedDisk()
    _ = try DataDirectory(creating: "/data", authority: AuthorityID(high: 7, low: 9), on: disk)
  }

  /// Goes on through everything that fails, to the end or until the journal ends.
  mutating func run() throws {
    var state = State()
    var journal = try opening(into: &state)
    try? journal.restoreReserve()
    for step in 0..<16 where journal.failure == nil {
      append(to: step % 4 == 3 ? .reserve : .ordinary, &journal)
      if step % 6 == 5 {
        let state = State.after(acknowledged)
        if let summary = try? writeSnapshot(journal.snapshotPlan(), of: state) {
          journal.note(summary)
        }
      }
      if step == 10 { try? journal.seal() }
    }
    try? journal.seal()
  }

  private func opening(into state: inout State) throws(JournalError) -> Journal<SimulatedDisk> {
    while true {
      state = State()
      do throws(JournalError) {
        return try Journal(
          opening: DataDirectory(opening: "/data", on: disk),
          .init(segmentBytes: 900, reserveBytes: 2_048), into: &state)
      } catch {
        guard case .disk = error, disk.isFailing else { throw error }
        disk.repair()
      }
    }
  }

  /// No two attempts make the same change, so that a refused one can be told from the next.
  private mutating func append(
    to room: Journal<SimulatedDisk>.Room, _ journal: inout Journal<SimulatedDisk>
  ) {
    attempts += 1
    var entry = Samples.entry(journal.lastRevision.next.rawValue)
    entry.at = entry.at + .seconds(Int64(attempts))
    do {
      try journal.append([entry], to: room)
      acknowledged.append(entry)
    } catch {
      if case .ended = error { doubtful = entry }
    }
  }

  /// What a start finds, after the process ended or the machine stopped.
  func check(_ description: String, using random: inout SeededGenerator) throws {
    disk.repair()
    if Bool.random(using: &random) { disk.restart(using: &random) }
    let found = try Opened.read("/data", on: disk).state.settled
    let expected = State.after(acknowledged)
    if found == expected { return }
    let withDoubtful = State.after(acknowledged + (doubtful.map { [$0] } ?? []))
    #expect(found == withDoubtful, "\(description)")
  }
}

@Suite struct EveryCallTests {
  /// How many calls a life makes that nothing troubles.
  private func calls() throws -> Range<Int> {
    var life = try Life()
    let first = life.disk.calls
    try life.run()
    #expect(life.acknowledged.count == 16)
    return first..<life.disk.calls
  }

  @Test(
    arguments: [
      (EIO, 0), (EIO, 30), (EIO, 100_000), (ENOSPC, 0), (ENOSPC, 30), (EDQUOT, 1), (EINTR, 100),
      (EOPNOTSUPP, 0),
    ])
  func `whichever call fails, no acknowledged change is lost and no refused one is found`(
    errno: Int32, written: Int
  ) throws {
    var random = SeededGenerator.announced()
    for call in try calls() {
      for count in [1, 4] {
        var life = try Life()
        life.disk.fail(
          calls: call..<call + count, .init(call: .pwrite, errno: errno, written: written))
        try life.run()
        try life.check("call \(call), \(count) in a row", using: &random)
      }
    }
  }

  @Test(arguments: ["/data", "/data/"])
  func `an authority that a failed making left behind stays, whichever call failed`(
    _ path: String
  ) throws {
    var random = SeededGenerator.announced()
    let whole = SimulatedDisk()
    _ = try DataDirectory(creating: path, on: whole)
    var kept = 0
    for call in 0..<whole.calls {
      let disk = SimulatedDisk()
      disk.fail(calls: call..<call + 1, .init(call: .fsync, errno: EIO))
      _ = try? DataDirectory(creating: path, on: disk)
      disk.repair()
      guard try DataDirectory.contents(of: path, on: disk) == .authority else { continue }
      kept += 1
      try withJournal(path, on: disk) { try $0.append(Samples.entries(1...1)) }
      for _ in 0..<20 {
        let crashed = disk.fork()
        crashed.restart(using: &random)
        let found = try Opened.read(path, on: crashed).state.settled
        #expect(found == .after(Samples.entries(1...1)), "call \(call)")
      }
    }
    #expect(kept > 0)
  }

  @Test(arguments: ["/data", "/data/", "/data//"])
  func `an authority that was made, or filled from another, stays`(_ path: String) throws {
    var random = SeededGenerator.announced()
    let (made, filled) = (SimulatedDisk(), SimulatedDisk())
    _ = try DataDirectory(creating: path, on: made)
    let directory = try NewDirectory(at: path, on: filled)
    try directory.finish(after: .zero)
    for _ in 0..<100 {
      for disk in [made, filled] {
        let crashed = disk.fork()
        crashed.restart(using: &random)
        #expect(try DataDirectory.contents(of: path, on: crashed) == .authority)
        #expect(try Opened.read("/data", on: crashed).report.entries == 0)
      }
    }
  }

  @Test func `whichever call is short, nothing is refused`() throws {
    var random = SeededGenerator.announced()
    for call in try calls() {
      for written in [1, 25] {
        var life = try Life()
        life.disk.fail(
          calls: call..<call + 50, .init(call: .pwrite, written: written, isShort: true))
        try life.run()
        #expect(life.acknowledged.count == 16)
        try life.check("call \(call), \(written) bytes", using: &random)
      }
    }
  }
}
