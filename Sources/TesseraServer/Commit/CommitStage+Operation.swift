import TesseraJournal
import TesseraModel
import TesseraWire

/// Who waits for a snapshot that holds every change up to a revision.
struct SnapshotWaiter {
  let revision: Revision
  let reply: any AnswerSink
}

// What operators ask for, which changes nothing.
extension CommitStage {
  /// Asks for a snapshot of all there is now. One that is being written began before, and may not
  /// do.
  mutating func snapshotNow(_ reply: any AnswerSink) {
    if hasEnded { return reply.send(.refused(.noSnapshot)) }
    if let newestSnapshot, newestSnapshot == journal.lastRevision, !engine.hasNewUses {
      reply.send(.message(SnapshotResponse(revision: newestSnapshot)))
      return
    }
    snapshotWaiters.append(SnapshotWaiter(revision: journal.lastRevision, reply: reply))
    if !snapshotIsRunning { snapshotIsWanted = true }
  }

  /// Answers those whose snapshot was written, or was to be and was not.
  mutating func answerWaiters(_ summary: SnapshotSummary?) {
    let waiters = snapshotWaiters
    snapshotWaiters = []
    for waiter in waiters {
      guard let summary else {
        waiter.reply.send(.refused(.noSnapshot))
        continue
      }
      if summary.coveredRevision >= waiter.revision {
        waiter.reply.send(.message(SnapshotResponse(revision: summary.coveredRevision)))
      } else {
        snapshotWaiters.append(waiter)
      }
    }
    if !snapshotWaiters.isEmpty { snapshotIsWanted = true }
  }

  /// Opens a copy of the state as it is now. No file is read here.
  func beginBackup(in backups: BackupTable, _ reply: any AnswerSink) {
    let now = time.monotonicNanoseconds()
    guard backups.hasRoom(now) else { return reply.send(.refused(.tooManyBackups)) }
    do throws(JournalError) {
      let files = try journal.openBackup(from: newestSnapshot)
      guard files.files.count <= Limits.filesPerBackup else {
        return reply.send(.refused(.tooManyBackupFiles))
      }
      guard let id = backups.begin(files, now: now) else {
        return reply.send(.refused(.tooManyBackups))
      }
      reply.send(.message(BeginBackupResponse(id, files)))
    } catch {
      logger.error("a backup could not be begun: \(error)")
      reply.send(.refused(.backupUnreadable))
    }
  }
}
