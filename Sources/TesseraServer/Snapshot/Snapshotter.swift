import Logging
import TesseraEngine
import TesseraJournal
import TesseraModel
import TesseraSystem

/// The thread that writes snapshots while everyone goes on: it borrows a few records at a time.
struct Snapshotter<D: Disk>: ~Copyable {
  private let engine: Engine
  private let plans: WorkQueue<SnapshotPlan<D>>
  private let commits: WorkQueue<CommitWork>
  private let intervalMilliseconds: Int32
  private let logger: Logger

  /// Records that are copied while the engine's lock is held.
  private static var slice: Int { 64 }

  init(
    engine: Engine, plans: WorkQueue<SnapshotPlan<D>>, commits: WorkQueue<CommitWork>,
    interval: Duration, logger: Logger
  ) {
    self.engine = engine
    self.plans = plans
    self.commits = commits
    intervalMilliseconds = Int32(clamping: interval.components.seconds * 1000)
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
      let summary = try write(plan)
      let milliseconds = (SystemClock.monotonicNanoseconds() - started) / 1_000_000
      logger.info(
        "snapshot written",
        metadata: [
          "revision": "\(summary.coveredRevision.rawValue)", "tokens": "\(summary.tokens)",
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

  private func write(_ plan: SnapshotPlan<D>) throws(JournalError) -> SnapshotSummary {
    var writer = try SnapshotWriter(plan)
    var last: TokenID?
    while true {
      let records = engine.records(after: last, limit: Snapshotter.slice)
      guard let final = records.last else { break }
      for record in records { try writer.append(record) }
      last = final.id
    }
    for entry in engine.idempotencyEntries() { try writer.append(entry) }
    // Read after the last record: no change after it is in what was written.
    return try writer.finish(through: engine.revision, highestTime: engine.lastMoment)
  }
}
