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
    latest = max(latest, now)
    var attempt = 0
    var isAccepted = false
    while true {
      let isDisturbed = attempt < 3 && random.oneIn(plan.faultOdds)
      if attempt > 0 || random.oneIn(2) { disk.capacity = .max }
      attempt += 1
      let isFull = disk.capacity != .max
      let needsRoom = isFull ? try needsRoomToStart() : false
      let before = disk.files
      witness = Witness(disk, time, imageOdds: plan.imageOdds, seed: random.next())
      // Mostly something else fails, and starts read much.
      if isDisturbed { if random.oneIn(3) { disturbReading() } else { disturb() } }
      disturbances.before = disk.disturbances
      let started: Authority<SimulatedDisk>
      do throws(JournalError) {
        started = try Authority(
          DataDirectory(opening: Plan.data, on: disk), segmentBytes: plan.segmentBytes,
          reserveBytes: plan.reserveBytes, eventsKept: plan.eventsKept, eventsKeptFor: nil,
          clock: isAccepted ? .accepted(now) : .checked(now),
          hashKey: (random.next(), random.next()))
      } catch {
        calm()
        if case .clockBehind(_, let highest) = error {
          isAccepted = try judgeClockRefusal(highest: highest, before)
          continue
        }
        guard case .disk(let failure) = error,
          isDisturbed || needsRoom && failure.errno == ENOSPC
        else { throw Finding("a start was refused: \(error)") }
        trace.note("start cut short: \(error)")
        tally.startsCut += 1
        try judge()
        settleDisk(machineStops: random.oneIn(2))
        continue
      }
      calm()
      if isFull { tally.fullStarts += 1 }
      try judgeClock(started.recovery, isAccepted: isAccepted)
      try judgePassedOver(started.recovery.damagedSnapshots)
      try judge()
      guard stopped == nil else {
        settleDisk(machineStops: false)
        continue
      }
      return try serve(started)
    }
  }

  /// Whether a start has to keep a copy, or to write an end: all else it does within what is taken.
  private mutating func needsRoomToStart() throws(Finding) -> Bool {
    let disk = disk.fork(seed: random.next())
    if disk["\(Plan.data)/LOCK"] == nil { return true }
    do throws(JournalError) {
      let forecast = try DirectoryView(of: Plan.data, on: disk).forecast()
      guard case .starts(let report) = forecast else { return false }
      return report.tornTail != nil || report.unfinishedSegment != nil
    } catch {
      throw Finding("nobody can say what a start would do: \(error)")
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
    try oracle.adopt(found, from: started.recovery.snapshot)
    tally.starts += 1
    if started.recovery.tornTail != nil { tally.tornEnds += 1 }
    lastSegment = newestSegment
    // Full before room was set aside: later it takes much to use that up.
    if plan.fullOdds < 100, random.oneIn(3) { fill() }
    var stage = CommitStage(
      started, plan.configuration, status: ServerStatus(time), time, logger)
    let witness = witness
    let early = appliesEarly ? oracle.settledEngine() : nil
    stage.willWrite = { entries in
      witness.decided(entries)
      // As a server would that made changes visible first and durable then.
      if let early, early.revision.next == entries.first?.revision { early.apply(entries) }
    }
    self.stage = consume stage
    view = EngineView(engine)
    isInEpoch = false
    witness.look(at: EngineView(early ?? engine))
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
    oracle.snapshotBegins(covering: view!.engine.revision)
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

  /// Lets a read to come fail, as a bad medium would.
  private mutating func disturbReading() {
    let fault = DiskFault(call: .pread, after: .random(in: 0...6, using: &random))
    trace.note("fault: \(fault.call) after \(fault.after), errno \(fault.errno)")
    disk.fail(fault)
  }

  mutating func calm() { disk.repair() }
}
