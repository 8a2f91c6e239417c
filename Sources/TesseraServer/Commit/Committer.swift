import TesseraJournal
import TesseraSystem

/// The one thread that changes state: the shell that feeds a `CommitStage` with what waits.
struct Committer<D: Disk>: ~Copyable {
  private var stage: CommitStage<D, MachineTime>
  private let queue: WorkQueue<CommitWork>
  private let snapshots: WorkQueue<SnapshotPlan<D>>

  init(
    _ stage: consuming CommitStage<D, MachineTime>, queue: WorkQueue<CommitWork>,
    snapshots: WorkQueue<SnapshotPlan<D>>
  ) {
    self.stage = stage
    self.queue = queue
    self.snapshots = snapshots
  }

  /// Works until the queue is closed and empty, then closes the journal.
  consuming func run() {
    while let work = queue.takeAll(timeoutMilliseconds: stage.timeoutMilliseconds()) {
      stage.carryOut(work)
      // The queue takes one plan, and there is one at a time: it refuses when it is closed.
      if let plan = stage.takePlan(), snapshots.put(plan) != .taken {
        stage.carryOut([.snapshotEnded(nil)])
      }
    }
    stage.close()
  }
}
