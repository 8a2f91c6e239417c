import Glibc
import SimulatedMachine
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem

// How a process comes to serve, and how it ends.
extension Simulation {
  /// Makes the authority, and looks at what a crash in between leaves.
  mutating func create() throws(Finding) {
    trace.note("the authority is made")
    do throws(JournalError) {
      _ = try DataDirectory(creating: Plan.data, authority: authority, on: disk)
    } catch {
      throw Finding("no authority could be made: \(error)")
    }
    for happening in witness.takeAll() {
      guard case .image(let image, let call) = happening else { continue }
      image.restart(using: &random)
      tally.crashes += 1
      do throws(JournalError) {
        if try DataDirectory.contents(of: Plan.data, on: image) == .empty {
          _ = try DataDirectory(creating: Plan.data, authority: authority, on: image)
        }
      } catch {
        throw Finding("no authority could be made after a crash in \(call): \(error)")
      }
      try expectStart(image)
    }
    disk.endProcess()
  }

  /// Starts, perhaps on a disk that fails, until it succeeds.
  mutating func begin() throws(Finding) {
    if random.oneIn(2) { try expectFallback(disk) }
    var attempt = 0
    while true {
      let isDisturbed = attempt < 3 && random.oneIn(plan.faultOdds)
      attempt += 1
      witness = Witness(disk, time, imageOdds: plan.imageOdds, seed: random.next())
      if isDisturbed { disturb() } else { disk.capacity = .max }
      disturbances.before = disk.disturbances
      let started: Authority<SimulatedDisk>
      do throws(JournalError) {
        started = try Authority(
          DataDirectory(opening: Plan.data, on: disk), segmentBytes: plan.segmentBytes,
          reserveBytes: plan.reserveBytes,
          eventsKept: plan.eventsKept, eventsKeptFor: nil, hashKey: (random.next(), random.next()))
      } catch {
        guard isDisturbed, case .disk = error else {
          throw Finding("a start was refused: \(error)")
        }
        trace.note("start cut short: \(error)")
        tally.startsCut += 1
        try judge()
        settleDisk(machineStops: random.oneIn(2))
        continue
      }
      calm()
      try judgePassedOver(started.recovery.damagedSnapshots)
      try judge()
      guard stopped == nil else {
        settleDisk(machineStops: false)
        continue
      }
      return try serve(started)
    }
  }

  /// A snapshot is passed over for a read that failed, and for nothing else: none is damaged.
  private mutating func judgePassedOver(_ snapshots: [Damage]) throws(Finding) {
    guard let snapshot = snapshots.first else { return }
    guard snapshots.count == 1, disk.disturbances != disturbances.before else {
      throw Finding("a snapshot was passed over that the disk gave back: \(snapshot)")
    }
    trace.note("\(snapshot.file) was not given back, and is set aside")
    oracle.snapshotIsSetAside()
    tally.unreadSnapshots += 1
  }

  /// What was found is what is served from here on.
  private mutating func serve(_ started: consuming Authority<SimulatedDisk>) throws(Finding) {
    let engine = started.engine
    let found = Listing(engine)
    trace.note("started at revision \(found.revision.rawValue)")
    if wasClosed, !started.recovery.wasSealed {
      throw Finding("the journal was closed in order, and has no seal")
    }
    wasClosed = false
    try oracle.adopt(found)
    tally.starts += 1
    if started.recovery.tornTail != nil { tally.tornEnds += 1 }
    lastSegment = newestSegment
    // Full before room was set aside: later it takes much to use that up.
    if plan.fullOdds < 100, random.oneIn(3) { fill() }
    var stage = CommitStage(
      started, plan.configuration, status: ServerStatus(time), time, logger)
    let witness = witness
    stage.willWrite = { witness.decided($0) }
    self.stage = consume stage
    view = EngineView(engine)
    isInEpoch = false
    witness.look(at: EngineView(engine))
    try checkDoors(all: true)
  }

  /// The process stops in order, is killed, or goes down with the machine.
  mutating func end() throws(Finding) {
    if stopped == nil, random.oneIn(3) {
      try close()
    } else {
      // Nobody tidies up after a process that is killed.
      disk.stop(atCall: 0)
    }
    snapshot = nil
    stage = nil
    view = nil
    settleDisk(machineStops: random.oneIn(2))
  }

  private mutating func close() throws(Finding) {
    if random.oneIn(plan.faultOdds) { disturb() }
    let isClean = !hasEnded && !disk.isDisturbed
    trace.note("stop in order\(isClean ? "" : ", on a disk that fails")")
    snapshot = nil
    oracle.snapshotBegins()
    stage.take()!.close()
    calm()
    try judge()
    guard stopped == nil, isClean else { return }
    oracle.snapshotCounts()
    wasClosed = true
  }

  /// The disk as the next process finds it.
  private mutating func settleDisk(machineStops: Bool) {
    if let image = stopped {
      disk = image
      stopped = nil
      wasClosed = false
      crash()
    } else if machineStops {
      disk = disk.fork(seed: random.next())
      crash()
    } else {
      trace.note("the process ends")
      disk.endProcess()
    }
  }

  private mutating func crash() {
    trace.note("the machine stops")
    disk.restart(using: &random)
    tally.crashes += 1
  }

  // MARK: Disturbances

  /// Lets some call to come fail.
  mutating func disturb() {
    let calls: [DiskCall] = [
      .open, .pwrite, .pwrite, .ftruncate, .fallocate, .fdatasync, .fdatasync, .rename, .fsync,
      .unlink, .pread,
    ]
    let fault = DiskFault(
      call: calls.randomElement(using: &random)!, after: .random(in: 0...12, using: &random),
      errno: [EIO, ENOSPC].randomElement(using: &random)!,
      written: .random(in: 0...2_000, using: &random), isShort: random.oneIn(4),
      isLasting: random.oneIn(6), hasEffect: random.oneIn(4))
    trace.note(
      "fault: \(fault.call) after \(fault.after), errno \(fault.errno), written \(fault.written), "
        + "short \(fault.isShort), lasting \(fault.isLasting), has effect \(fault.hasEffect)")
    disk.fail(fault)
  }

  mutating func calm() { disk.repair() }
}
