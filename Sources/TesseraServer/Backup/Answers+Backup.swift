import TesseraJournal
import TesseraModel
import TesseraWire

extension BeginBackupResponse {
  init<D>(_ id: [UInt8], _ files: BackupFiles<D>) {
    self.init()
    backup = id
    self.files = files.files.map { TesseraWire.BackupFile($0.name, size: UInt64($0.size)) }
    revision = files.revision
  }
}

extension Refusal {
  static let tooManyBackups = Refusal(
    .resourceExhausted,
    "\(Limits.backups) backups are being read, which is as many as there may be; one that nobody "
      + "reads ends after \(Limits.backupIdle.components.seconds) seconds",
    retryAfterMilliseconds: 5_000)

  static let tooManyBackupFiles = Refusal(
    .failedPrecondition,
    "the backup would be more than \(Limits.filesPerBackup) files; ask for a snapshot first, which "
      + "makes it smaller")

  static let noBackup = Refusal(
    .notFound,
    "there is no such backup: it was ended, or was not read for "
      + "\(Limits.backupIdle.components.seconds) seconds; begin another", field: "backup")

  static let noBackupFile = Refusal(
    .outOfRange, "the backup has no file at this place", field: "file")

  static let backupUnreadable = Refusal(
    .unavailable, "the authority's disk did not give what the backup needs; its log says why")

  static let noSnapshot = Refusal(
    .unavailable,
    "no snapshot was written, and the one before stays: the authority's log says why")
}
