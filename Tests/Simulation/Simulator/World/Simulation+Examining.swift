import SimulatedMachine
import TesseraJournal
import TesseraModel
import TesseraServer

// What a start finds after a crash, tried on copies of the disk while the run goes on.
extension Simulation {
  /// Lets the machine stop with the disk as it was in the midst of a call, again and again with
  /// other parts lost, and starts on what is left.
  mutating func examine(_ image: SimulatedDisk, _ call: DiskCall) throws(Finding) {
    oracle.prepare()
    for _ in 0..<2 {
      let disk = image.fork(seed: random.next())
      // Without room a start that has to keep a copy of a torn tail waits for some.
      disk.capacity = .max
      crash(disk)
      do throws(Finding) {
        if random.oneIn(4) { try expectFallback(disk) }
        try expectStart(disk)
      } catch {
        throw Finding("after a crash in \(call): \(error.what)")
      }
    }
  }

  /// A start succeeds, perhaps after others that a crash cut short, and finds what must be there;
  /// and so does the next, after one more crash.
  mutating func expectStart(_ disk: SimulatedDisk) throws(Finding) {
    while random.oneIn(3) {
      disk.stop(atCall: .random(in: 0..<40, using: &random))
      let isServing: Bool
      do throws(JournalError) {
        _ = try start(disk)
        isServing = true
      } catch {
        guard case .disk = error else {
          throw Finding("a start that a crash cut short was refused: \(error)")
        }
        isServing = false
        tally.startsCut += 1
      }
      if isServing { break }
      crash(disk)
    }
    let first = try found(disk)
    try oracle.check(first)
    crash(disk)
    let second = try found(disk)
    if let difference = second.difference(from: first) {
      throw Finding("after one more crash there is \(difference)")
    }
  }

  /// The state after a start, in which no value passes that must not.
  private mutating func found(_ disk: SimulatedDisk) throws(Finding) -> Listing {
    try startAndCheck(disk).found
  }

  private mutating func startAndCheck(
    _ disk: SimulatedDisk
  ) throws(Finding) -> (found: Listing, recovery: RecoveryReport) {
    disk.endProcess()
    let authority: Authority<SimulatedDisk>
    do throws(JournalError) {
      authority = try start(disk)
    } catch {
      throw Finding("a start was refused: \(error)")
    }
    tally.starts += 1
    if authority.recovery.tornTail != nil { tally.tornEnds += 1 }
    let view = EngineView(authority.engine)
    view.reader.enter()
    defer { view.reader.leave() }
    try checkClosed(oracle.doors.closed[...], view)
    return (Listing(authority.engine), authority.recovery)
  }

  /// Of two generations of snapshots the older and the journal give the same state as the newest,
  /// should that turn out bad. Tried on a copy.
  mutating func expectFallback(_ original: SimulatedDisk) throws(Finding) {
    let snapshots = original.paths.filter {
      $0.hasPrefix("\(Plan.data)/snapshots/") && $0.hasSuffix(".snapshot")
    }
    guard snapshots.count > 1, let newest = snapshots.last, var bytes = original[newest] else {
      return
    }
    let fileHeaderBytes = 64
    let place = Int.random(in: fileHeaderBytes..<bytes.count, using: &random)
    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    let disk = original.fork(seed: random.next())
    disk.capacity = .max
    disk[newest] = bytes
    do throws(Finding) {
      let (found, recovery) = try startAndCheck(disk)
      guard recovery.damagedSnapshots.map(\.file) == [newest], recovery.snapshot != nil else {
        throw Finding("it was not passed over for the older one")
      }
      try oracle.check(found, usesAreOlder: true)
      crash(disk)
      let (second, _) = try startAndCheck(disk)
      if let difference = second.difference(from: found) {
        throw Finding("after a crash there is \(difference)")
      }
    } catch {
      throw Finding("with \(newest) damaged at offset \(place): \(error.what)")
    }
    tally.fallbacks += 1
  }

  private func start(
    _ disk: SimulatedDisk
  ) throws(JournalError) -> Authority<SimulatedDisk> {
    try Authority(
      DataDirectory(opening: Plan.data, on: disk), segmentBytes: plan.segmentBytes,
      reserveBytes: plan.reserveBytes,
      eventsKept: plan.eventsKept, eventsKeptFor: nil, clock: .checked(max(now, latest)),
      hashKey: (3, 4))
  }

  private mutating func crash(_ disk: SimulatedDisk) {
    disk.restart(using: &random)
    tally.crashes += 1
  }
}
