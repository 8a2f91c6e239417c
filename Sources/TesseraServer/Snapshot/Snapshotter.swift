import Logging
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// The thread that writes snapshots while everyone goes on.
struct Snapshotter<D: Disk>: ~Copyable {
  private let engine: Engine
  private let pen: SnapshotPen<D>
  private let plans: WorkQueue<SnapshotPlan<D>>
  private let commits: WorkQueue<CommitWork>
  private let intervalMilliseconds: Int32
  private let logger: Logger

  init(
    engine: Engine, copier: SnapshotCopier, plans: WorkQueue<SnapshotPlan<D>>,
    commits: WorkQueue<CommitWork>, interval: Duration, patience: Duration, status: ServerStatus,
    logger: Logger
  ) {
    self.engine = engine
    pen = SnapshotPen(copier: copier, status: status, patience: patience)
    self.plans = plans
    self.commits = commits
    intervalMilliseconds = interval.waitMilliseconds
    self.logger = logger
  }

  /// Works until the queue is closed.
  consuming func run() {
    while let plans = plans.takeAll(timeoutMilliseconds: intervalMilliseconds) {
      if plans.isEmpty { _ = commits.put(.snapshotIsDue) }
      for plan in plans { _ = commits.put(.snapshotEnded(take(plan)), evenIfFull: true) }
    }
  }

  private func take(_ plan: SnapshotPlan<D>) -> SnapshotSummary? {
    let started = SystemClock.monotonicNanoseconds()
    do {
      guard let summary = try pen.write(SnapshotRun(plan, of: engine)) else { return nil }
      let milliseconds = (SystemClock.monotonicNanoseconds() - started) / 1_000_000
      logger.info(
        "snapshot written",
        metadata: [
          "revision": "\(summary.coveredRevision.rawValue)", "tokens": "\(summary.records.tokens)",
          "bytes": "\(summary.bytes)", "milliseconds": "\(milliseconds)",
        ])
      if let failure = summary.removalFailure {
        logger.warning("files that are not needed any more were not removed: \(failure)")
      }
      return summary
    } catch {
      logger.error("no snapshot was written, the one before stays: \(error)")
      return nil
    }
  }
}
