import TesseraModel
import TesseraWire

/// A copy of a running authority, as it was at one moment, that is being read.
public struct Backup: Sendable {
  let id: [UInt8]
  /// In the order in which they are to be written: the one without which nothing starts comes last.
  public let files: [BackupFile]
  /// Every change up to this one is in it, and no other.
  public let revision: Revision

  /// All files together, in bytes.
  public var size: UInt64 { files.reduce(0) { $0 + $1.size } }
}

// What is asked of a running authority alone: the one in memory has no disk.
extension TesseraClient {
  /// Has a snapshot written now, and waits for it.
  ///
  /// - Returns: the revision up to which the newest snapshot holds every change.
  public func snapshot() async throws(TesseraError) -> Revision {
    try await call(SnapshotRequest()).revision
  }

  /// Opens a copy of the authority as it is now: every change that was acknowledged is in it. For
  /// callers that may do everything. It ends where it is not read for a minute.
  public func beginBackup() async throws(TesseraError) -> Backup {
    let response = try await call(BeginBackupRequest(), isRepeatable: false)
    guard !response.backup.isEmpty, !response.files.isEmpty else {
      throw .protocolViolation("the answer to BeginBackup names no backup, or no files")
    }
    return Backup(id: response.backup, files: response.files, revision: response.revision)
  }

  /// A part of a file of a backup.
  ///
  /// - Parameters:
  ///   - file: the place in the backup's list.
  ///   - offset: in bytes, before the file's end.
  /// - Returns: at least one byte, and not all that is left perhaps.
  public func read(
    _ backup: Backup, file: Int, at offset: UInt64
  ) async throws(TesseraError) -> [UInt8] {
    let left = backup.files[file].size - min(offset, backup.files[file].size)
    let data = try await call(
      ReadBackupRequest(backup.id, file: UInt32(file), offset: offset)
    ).data
    guard data.isEmpty == (left == 0), data.count <= left else {
      throw .protocolViolation("a part of a backup is longer or shorter than it can be")
    }
    return data
  }

  /// Says that the backup was read, or is not wanted any more.
  public func end(_ backup: Backup) async throws(TesseraError) {
    _ = try await call(EndBackupRequest(backup.id), isRepeatable: false)
  }
}
