import Glibc
import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// An authority that is started again and again, on a disk that fails and a machine that stops at
/// any call; a model says what must be there each time.
private struct Trial {
  let disk = SimulatedDisk()
  var random: SeededGenerator
  /// Every change up to here was acknowledged.
  var acknowledged: UInt64 = 0
  /// No change beyond this was attempted without being refused.
  var attempted: UInt64 = 0
  var starts = 0

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// One life of the process. Errors of the disk end it; anything else is a violation.
  mutating func live() throws {
    do throws(JournalError) {
      if try DataDirectory.contents(of: "/data", on: disk) == .empty {
        precondition(acknowledged == 0, "the authority is gone")
        _ = try DataDirectory(creating: "/data", authority: AuthorityID(high: 7, low: 9), on: disk)
      }
      var state = State()
      var journal = try Journal(
        opening: DataDirectory(opening: "/data", on: disk),
        .init(
          segmentBytes: .random(in: 500...3_000, using: &random),
          reserveBytes: .random(in: 0...5_000, using: &random)), into: &state)
      starts += 1
      check(state, journal.recovery)
      try serve(&journal, &state)
      if Bool.random(using: &random) { try sealUnlessRefused(&journal) }
    } catch {
      switch error {
      case .disk, .ended: return
      default: throw error
      }
    }
  }

  private func sealUnlessRefused(_ journal: inout Journal<SimulatedDisk>) throws(JournalError) {
    do {
      try journal.seal()
    } catch {
      guard case .refused = error else { throw error }
    }
  }

  private mutating func check(_ state: State, _ report: RecoveryReport) {
    let last = report.lastRevision.rawValue
    #expect(last >= acknowledged && last <= attempted)
    #expect(state.settled == .after(last == 0 ? [] : Samples.entries(1...last)))
    // From here on it is served.
    acknowledged = last
    attempted = last
  }

  private mutating func serve(
    _ journal: inout Journal<SimulatedDisk>, _ state: inout State
  ) throws(JournalError) {
    for _ in 0..<Int.random(in: 0...20, using: &random) {
      let batch = Samples.entries(
        acknowledged + 1...acknowledged + .random(in: 1...8, using: &random))
      attempted = batch.last!.revision.rawValue
      do {
        try journal.append(
          batch, to: Int.random(in: 0..<4, using: &random) == 0 ? .reserve : .ordinary)
        acknowledged = attempted
        for entry in batch { state.apply(entry) }
      } catch {
        guard case .refused = error else { throw error }
        attempted = acknowledged
      }
      if Int.random(in: 0..<6, using: &random) == 0 {
        do {
          journal.note(try writeSnapshot(journal.snapshotPlan(), of: state))
        } catch {
          guard case .disk = error else { throw error }
        }
      }
    }
  }

  /// Chooses what goes wrong in the coming life.
  mutating func arrange() {
    disk.repair()
    disk.capacity = .max
    let calls: [DiskCall] = [
      .open, .pwrite, .ftruncate, .fallocate, .fdatasync, .rename, .fsync, .unlink, .pread,
    ]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: disk.stop(atCall: disk.calls + .random(in: 0...120, using: &random))
    case 1:
      disk.fail(
        .init(
          call: calls.randomElement(using: &random)!, after: .random(in: 0...20, using: &random),
          errno: Bool.random(using: &random) ? ENOSPC : EIO,
          written: .random(in: 0...2_000, using: &random)))
    case 2:
      // Room for the beginning of a life, or for all that it wants to set aside and a little more.
      let room = Bool.random(using: &random) ? 9_000 : 80_000
      disk.capacity = disk.taken + .random(in: 0...room, using: &random)
    default: break
    }
  }

  /// The process is gone; the machine may be, too.
  mutating func end(stopped: Bool) {
    if stopped || Bool.random(using: &random) { disk.restart(using: &random) }
  }
}

@Suite struct CrashTests {
  @Test func `nothing acknowledged is lost, whatever fails and wherever the machine stops`() throws
  {
    var random = SeededGenerator.announced()
    var starts = 0
    for _ in 0..<200 {
      let seed = random.next()
      var trial = Trial(seed: seed)
      for _ in 0..<8 {
        trial.arrange()
        try trial.live()
        let stopped = trial.disk.hasStopped
        trial.end(stopped: stopped)
      }
      starts += trial.starts
    }
    // The trial is worth something only if most lives get to serve.
    #expect(starts > 800)
  }
}
