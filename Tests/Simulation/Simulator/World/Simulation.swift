import Logging
import SimulatedMachine
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem

/// One run: an authority that lives, ends and starts again on a disk and a clock that are
/// simulated, with clients that change it and ask it. The seed decides everything.
package struct Simulation: ~Copyable {
  package struct Options: Sendable {
    package var seed: UInt64
    /// Calls that the disk only pretends to carry out: there must be a violation then.
    package var pretences: [DiskPretence] = []
    /// Whether the disk flips a bit of whatever becomes durable: there must be a violation then,
    /// too.
    package var corruptsData = false
    /// Whether validations look at an engine to which changes are applied before they are durable:
    /// there must be a violation then, too.
    package var appliesEarly = false
    /// Whether each step is printed.
    package var isVerbose = false

    package init(seed: UInt64) { self.seed = seed }
  }

  /// What came of a run.
  package struct Outcome: Sendable {
    package var tally: Tally
    /// Of every step and every disk there was.
    package var digest: UInt64
    package var violation: Violation?
  }

  let plan: Plan
  let appliesEarly: Bool
  let authority: AuthorityID
  let time: SimulatedTime
  /// The latest that the wall's clock ever said.
  var latest = Timestamp.earliest
  let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
  var random: SeededGenerator
  var workload: Workload
  var oracle: Oracle
  var trace = Trace()
  var tally = Tally()

  var disk: SimulatedDisk
  var witness: Witness
  // Of the life that goes on.
  /// The segment that changes were appended to when it was last looked.
  var lastSegment: String?
  /// How many batches were written since the last request came.
  var batches = 0
  var stage: CommitStage<SimulatedDisk, SimulatedTime>?
  var snapshot: SnapshotRun<SimulatedDisk>?
  /// How many snapshots had been set aside when this one began.
  var setAsideBefore = 0
  var view: EngineView?
  var requests: [Command] = []
  /// How often the disk had disturbed the program when this life began, when what is judged did,
  /// and when the snapshot did.
  var disturbances = (before: 0, judged: 0, snapshot: 0)
  /// Whether the readers are within an epoch, which may last over many steps.
  var isInEpoch = false
  /// The machine stopped in the midst of a call: the next life begins from what this leaves.
  var stopped: SimulatedDisk?
  /// Whether the last life ended in order, so that the next finds a seal and every use.
  var wasClosed = false

  private init(_ options: Options) {
    random = SeededGenerator(seed: options.seed)
    plan = Plan(using: &random)
    appliesEarly = options.appliesEarly
    authority = AuthorityID(high: random.next(), low: random.next())
    time = SimulatedTime(at: plan.startsAt)
    workload = Workload(seed: random.next())
    oracle = Oracle(eventsKept: plan.eventsKept)
    disk = SimulatedDisk(seed: random.next())
    witness = Witness(disk, time, imageOdds: plan.imageOdds, seed: random.next())
    for pretence in options.pretences { disk.pretend(pretence) }
    disk.corruptsData = options.corruptsData
    trace.isVerbose = options.isVerbose
  }

  /// Runs once, from the making of an authority to its last start.
  package static func run(_ options: Options) -> Outcome {
    var simulation = Simulation(options)
    var violation: Violation?
    do throws(Finding) {
      try simulation.run()
    } catch {
      violation = Violation(
        seed: options.seed, what: error.what, trace: simulation.trace.lines)
    }
    var tally = simulation.tally
    tally.runs = 1
    tally.changes = simulation.oracle.history.count
    return Outcome(tally: tally, digest: simulation.trace.digest.value, violation: violation)
  }

  private mutating func run() throws(Finding) {
    try create()
    for _ in 0..<plan.lives {
      try begin()
      var steps = plan.stepsPerLife
      while steps > 0, stopped == nil {
        try step()
        // A journal that has ended has little more to show.
        if hasEnded, random.oneIn(3) { break }
        steps -= 1
      }
      try end()
      trace.add(disk.digest)
    }
    try begin()
    try end()
  }

  /// Whether the journal of this life takes no more changes.
  var hasEnded: Bool {
    switch stage {
    case .some(let stage): stage.hasEnded
    case nil: false
    }
  }
}
