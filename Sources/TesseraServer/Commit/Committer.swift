import TesseraJournal
import TesseraSystem

/// The one thread that changes state: the shell that feeds a `CommitStage` with what waits.
struct Committer<D: Disk>: ~Copyable {
  private var stage: CommitStage<D, MachineTime>
  private let queue: WorkQueue<CommitWork>
  private let snapshots: WorkQueue<SnapshotPlan<D>>
  private var onJournalEnd: (@Sendable () -> Void)?

  /// - Parameter onJournalEnd: called once should the journal end, when everyone was answered, or
  ///   should the disk fail when it is closed.
  init(
    _ stage: consuming CommitStage<D, MachineTime>, queue: WorkQueue<CommitWork>,
    snapshots: WorkQueue<SnapshotPlan<D>>, onJournalEnd: @escaping @Sendable () -> Void
  ) {
    self.stage = stage
    self.queue = queue
    self.snapshots = snapshots
    self.onJournalEnd = onJournalEnd
  }

  /// Works until the queue is closed and empty, then closes the journal.
  consuming func run() {
    // Perhaps one is wanted from the start.
    handOverPlan()
    while let work = queue.takeAll(timeoutMilliseconds: stage.timeoutMilliseconds()) {
      stage.carryOut(work)
      if stage.hasEnded { onJournalEnd.take()?() }
      handOverPlan()
    }
    let end = onJournalEnd.take()
    if !stage.close() { end?() }
  }

  private mutating func handOverPlan() {
    // The queue takes one plan, and there is one at a time: it refuses when it is closed.
    if let plan = stage.takePlan(), snapshots.put(plan) != .taken {
      stage.carryOut([.snapshotEnded(nil)])
    }
  }
}
