import SimulatedMachine
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraWire

// What goes on while an authority serves.
extension Simulation {
  mutating func step() throws(Finding) {
    moveTime()
    moveDisk()
    if isInEpoch, random.oneIn(3) { leaveEpoch() } else if random.oneIn(4) { enterEpoch() }
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<5: try commit()
    case 5..<9: try advanceSnapshot()
    default: break
    }
    guard stopped == nil else { return }
    try validate()
    try checkDoors(all: false)
  }

  /// Now and then a call is to fail, or the disk is nearly full; and that is over again.
  private mutating func moveDisk() {
    if disk.isDisturbed {
      guard random.oneIn(3) else { return }
      trace.note("the disk is well again")
      calm()
      disk.capacity = .max
    } else if random.oneIn(plan.faultOdds) {
      disturb()
    } else if random.oneIn(plan.fullOdds) {
      fill()
    }
  }

  /// Leaves next to no room.
  mutating func fill() {
    disk.capacity = disk.taken + .random(in: 0...3_000, using: &random)
    trace.note("room is left for \(disk.capacity - disk.taken) bytes")
  }

  private mutating func enterEpoch() {
    if isInEpoch { return }
    view!.reader.enter()
    isInEpoch = true
  }

  private mutating func leaveEpoch() {
    view!.reader.leave()
    isInEpoch = false
  }

  // MARK: Changes

  /// Several clients ask for changes at once.
  private mutating func commit() throws(Finding) {
    let administrator = TesseraEngine.Caller.certificate(
      name: "simulation", access: CertificateAccess(permissions: nil, in: view!.engine))
    let first = requests.count
    for _ in 0..<Int.random(in: 0...5, using: &random) {
      requests.append(workload.command(at: now))
    }
    let work = requests[first...].enumerated().map { index, command in
      let caller = random.oneIn(8) ? holder() ?? administrator : administrator
      trace.note("request \(first + index): \(command.summary)")
      return CommitWork.change(
        CommitRequest(
          command: searched(command, by: caller), caller: caller,
          deadline: random.oneIn(40) ? time.monotonicNanoseconds() : nil, supplement: .none,
          bytes: 0, reply: Reply(witness: witness, request: first + index)))
    }
    disturbances.judged = disk.disturbances
    batches = 0
    stage!.carryOut(work)
    try judge()
    countRotation()
    try beginSnapshot()
  }

  /// The command with what its filter means, as the thread for queries finds it.
  private func searched(_ command: Command, by caller: TesseraEngine.Caller) -> Command {
    guard case .revoke(let revoke) = command, case .found(_, let filter) = revoke.target else {
      return command
    }
    var search = RevokeSearch(filter)
    while view!.engine.advance(&search, by: caller, now: now) {}
    return .revoke(RevokeCommand(.found(search.found, filter), reason: revoke.reason))
  }

  private mutating func countRotation() {
    let newest = newestSegment
    if newest != lastSegment { tally.rotations += 1 }
    lastSegment = newest
  }

  var newestSegment: String? { disk.paths.last { $0.hasSuffix(".segment") } }

  /// A client that shows a token's value.
  private mutating func holder() -> TesseraEngine.Caller? {
    enterEpoch()
    return try? view!.reader.authenticate(workload.value(), now: now).get()
  }

  // MARK: Snapshots

  private mutating func beginSnapshot() throws(Finding) {
    guard stopped == nil, let plan = stage!.takePlan() else { return }
    trace.note("snapshot of revision \(plan.coveredRevision.rawValue) begins")
    oracle.snapshotBegins(covering: plan.coveredRevision)
    disturbances.snapshot = disk.disturbances
    setAsideBefore = snapshotsSetAside
    do throws(JournalError) {
      snapshot = try SnapshotRun(plan, of: view!.engine, sliceRecords: self.plan.snapshotSlice)
    } catch {
      try endSnapshot(nil, error)
      return
    }
    try judge()
  }

  /// Writes the next records of the snapshot that goes on, or asks for one.
  private mutating func advanceSnapshot() throws(Finding) {
    guard snapshot != nil else {
      stage!.carryOut([.snapshotIsDue])
      try judge()
      return try beginSnapshot()
    }
    var summary: SnapshotSummary?
    do throws(JournalError) {
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        if try snapshot!.step() { continue }
        // Changes are made, and segments left, between any two of the steps of its end.
        summary = try snapshot!.finishStep()
        break
      }
    } catch {
      return try endSnapshot(nil, error)
    }
    if let summary { try endSnapshot(summary, nil) } else { try judge() }
  }

  private var snapshotsSetAside: Int { disk.paths.count { $0.hasSuffix(".bad") } }

  private mutating func endSnapshot(
    _ summary: SnapshotSummary?, _ error: JournalError?
  ) throws(Finding) {
    snapshot = nil
    trace.note("snapshot ends\(error.map { ": \($0)" } ?? "")")
    if let failure = error ?? summary?.removalFailure, disk.disturbances == disturbances.snapshot {
      let what = error == nil ? "removed nothing that it made needless" : "failed"
      throw Finding("a snapshot \(what) on a disk that did all it was asked to: \(failure)")
    }
    try judge()
    guard stopped == nil else { return }
    if summary != nil {
      oracle.snapshotCounts(isAlone: snapshotsSetAside != setAsideBefore)
      tally.snapshots += 1
    }
    stage!.carryOut([.snapshotEnded(summary)])
    try judge()
  }

  // MARK: Validations

  /// Several values are asked about, and those that pass are counted as used.
  private mutating func validate() throws(Finding) {
    let wasInEpoch = isInEpoch
    enterEpoch()
    var uses = PendingUses()
    for _ in 0..<4 {
      let value = workload.value()
      let answer = view!.answer(value, now)
      try oracle.check(answer.verdict, of: value, applied: view!.engine.revision, at: now)
      trace.add(UInt64(answer.verdict.rawValue))
      guard answer.isOfToken, random.oneIn(2) else { continue }
      view!.reader.note(answer, at: now, in: &uses)
      oracle.count(answer.id)
    }
    view!.reader.recordUses(&uses)
    if !wasInEpoch { leaveEpoch() }
  }

  /// No value passes that must not.
  func checkDoors(all: Bool) throws(Finding) {
    let closed = oracle.doors.closed
    if !isInEpoch { view!.reader.enter() }
    defer { if !isInEpoch { view!.reader.leave() } }
    try checkClosed(all ? closed[...] : closed.suffix(24), view!)
  }

  /// - Precondition: the reader is within an epoch.
  func checkClosed(_ closed: ArraySlice<Digest>, _ view: EngineView) throws(Finding) {
    for value in closed where view.answer(value, now).verdict == .allowed {
      throw Finding("\(value) is ALLOWED, and was revoked, replaced, refused or lost before")
    }
  }
}
