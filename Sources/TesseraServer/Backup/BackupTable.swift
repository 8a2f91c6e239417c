import Synchronization
import TesseraCrypto
import TesseraModel

/// The backups that are being read. The committer begins one, the query thread reads and ends it.
///
/// Few, and none for long: each keeps the room on disk of files that would be removed.
package final class BackupTable: Sendable {
  private struct Entry {
    let id: [UInt8]
    let source: any BackupSource
    /// On the monotonic clock, in nanoseconds.
    var lastRead: Int64
  }

  private let entries = Mutex<[Entry]>([])

  package init() {}

  /// Takes a backup that was opened, and gives it a name that nobody guesses; nil where as many as
  /// there may be are being read.
  ///
  /// - Parameter now: on the monotonic clock, in nanoseconds.
  func begin(_ source: any BackupSource, now: Int64) -> [UInt8]? {
    sweep(now)
    return entries.withLock { entries in
      guard entries.count < Limits.backups else { return nil }
      let id = SecureRandom.bytes(count: BackupTable.idBytes)
      entries.append(Entry(id: id, source: source, lastRead: now))
      return id
    }
  }

  /// Whether one more may be begun.
  func hasRoom(_ now: Int64) -> Bool {
    sweep(now)
    return entries.withLock { $0.count < Limits.backups }
  }

  /// A backup that is about to be read; nil where there is none of that name.
  func source(of id: [UInt8], now: Int64) -> (any BackupSource)? {
    sweep(now)
    return entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.id == id }) else { return nil }
      entries[index].lastRead = now
      return entries[index].source
    }
  }

  /// Whether there was one of that name.
  func end(_ id: [UInt8]) -> Bool {
    entries.withLock { entries in
      guard let index = entries.firstIndex(where: { $0.id == id }) else { return false }
      entries.remove(at: index)
      return true
    }
  }

  /// Ends those that were not read for too long.
  func sweep(_ now: Int64) {
    let idle = Limits.backupIdle.nanoseconds
    entries.withLock { $0.removeAll { now - $0.lastRead >= idle } }
  }

  private static let idBytes = 16
}
