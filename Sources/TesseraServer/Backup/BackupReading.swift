import TesseraJournal
import TesseraModel
import TesseraSystem
import TesseraWire

/// What the query thread is asked of a backup.
enum BackupQuestion: Sendable {
  case read(ReadBackupRequest)
  case end([UInt8])

  func answer(from backups: BackupTable, now: Int64) -> Completion.Answer {
    switch self {
    case .end(let id):
      return backups.end(id) ? .message(EndBackupResponse()) : .refused(.noBackup)
    case .read(let request):
      guard let source = backups.source(of: request.backup, now: now) else {
        return .refused(.noBackup)
      }
      do {
        let data = try source.read(
          file: Int(request.file), at: Int(clamping: request.offset),
          upTo: Limits.backupReadBytes)
        return data.map { .message(ReadBackupResponse($0)) } ?? .refused(.noBackupFile)
      } catch {
        return .refused(.backupUnreadable)
      }
    }
  }
}
