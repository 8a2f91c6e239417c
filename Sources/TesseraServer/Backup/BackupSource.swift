import TesseraJournal
import TesseraSystem

/// What a backup is read from, whatever disk it is on.
package protocol BackupSource: Sendable {
  /// The bytes of the file at a place in the list; nil where the list is not so long.
  func read(
    file: Int, at offset: Int, upTo count: Int
  ) throws(JournalError) -> [UInt8]?
}

extension BackupFiles: BackupSource {
  package func read(
    file: Int, at offset: Int, upTo count: Int
  ) throws(JournalError) -> [UInt8]? {
    guard files.indices.contains(file) else { return nil }
    return try files[file].read(at: offset, upTo: count)
  }
}
