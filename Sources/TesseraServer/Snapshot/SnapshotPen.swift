import Synchronization
import TesseraJournal
import TesseraModel
import TesseraSystem

/// Writes snapshots in the time that nobody else wants, as long as there is any.
///
/// Encoding, writing and reading back is most of the work, and is done on a thread of idle priority,
/// which the kernel puts aside at once when a reactor wakes. It takes no lock that others wait for:
/// `SnapshotCopier` takes the engine's for it, and reads with the last slice where the snapshot ends. On a machine that is busy all the time such a thread
/// would never come to an end, so that after `patience` what is left is written at the priority of
/// the others. A thread without privileges cannot raise its own, so there is one for each snapshot.
struct SnapshotPen<D: Disk>: Sendable {
  let copier: SnapshotCopier
  let status: ServerStatus
  let patience: Duration

  /// What was written until a thread stopped writing.
  private enum Written: Sendable {
    /// Nothing is left to do. Holds nil where the server stops: what is to be kept is then written
    /// at once, and not when there is time.
    case ended(Result<SnapshotSummary?, JournalError>)
    case unfinished(Handoff<SnapshotRun<D>>)
  }

  /// The threads' common memory.
  private final class Page: Sendable {
    let written = Mutex<Written?>(nil)
  }

  /// Writes the whole of it; returns nil where the server stops before the end.
  func write(
    _ run: consuming sending SnapshotRun<D>
  ) throws(JournalError) -> SnapshotSummary? {
    let late = SystemClock.monotonicNanoseconds() + patience.nanoseconds
    let handoff = Handoff(run)
    let page = Page()
    do {
      try Thread(name: "snapshot-idle", .idle) { [self] in
        let written = advance(handoff.take(), until: late)
        page.written.withLock { $0 = written }
      }.join()
    } catch {
      // The system has no thread to spare: this one writes.
      page.written.withLock { $0 = .unfinished(handoff) }
    }
    switch page.written.withLock({ $0 }) {
    case .ended(let result): return try result.get()
    case .unfinished(let rest):
      guard case .ended(let result) = advance(rest.take(), until: .max) else { break }
      return try result.get()
    case nil: break
    }
    preconditionFailure("a snapshot that nobody ended")
  }

  /// - Parameter late: when to stop, on the monotonic clock in nanoseconds.
  private func advance(_ run: consuming sending SnapshotRun<D>, until late: Int64) -> Written {
    do throws(JournalError) {
      while let slice = copier.next(of: &run.slices) {
        if status.isDraining { return .ended(.success(nil)) }
        try run.write(slice)
        if SystemClock.monotonicNanoseconds() >= late { return .unfinished(Handoff(run)) }
      }
      while true {
        if status.isDraining { return .ended(.success(nil)) }
        if let summary = try run.finishStep() { return .ended(.success(summary)) }
        if SystemClock.monotonicNanoseconds() >= late { return .unfinished(Handoff(run)) }
      }
    } catch {
      return .ended(.failure(error))
    }
  }
}
