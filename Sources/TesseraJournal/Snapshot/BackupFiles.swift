import TesseraBytes
import TesseraModel
import TesseraSystem

/// The files that make a data directory with the state at one moment, held open: what they hold
/// stays as it was, whatever is appended, renamed or removed.
public final class BackupFiles<D: Disk>: Sendable {
  /// The last change that is in it.
  public let revision: Revision
  /// In the order in which they are to be written: the identity last, without which nothing starts.
  public let files: [BackupFile<D>]

  init(_ files: [BackupFile<D>], revision: Revision) {
    self.files = files
    self.revision = revision
  }
}

/// One file of a backup.
public final class BackupFile<D: Disk>: Sendable {
  /// Its path in the directory that the backup makes.
  public let name: String
  /// How much of it belongs to the backup, in bytes.
  public let size: Int
  private let file: DiskFile<D>

  /// - Parameter size: nil for all there is.
  fileprivate init(
    _ path: String, in layout: Layout, size: Int? = nil, on disk: D
  ) throws(SystemError) {
    file = try DiskFile(path, .read, on: disk)
    if let size { self.size = size } else { self.size = try file.size() }
    name = String(path.dropFirst(layout.root.utf8.count + 1))
  }

  /// Up to `count` bytes from `offset` on: all of them but at the end of the file.
  ///
  /// - Throws: `.disk`.
  public func read(at offset: Int, upTo count: Int) throws(JournalError) -> [UInt8] {
    let wanted = min(count, size - min(size, max(0, offset)))
    var bytes = ByteBuffer(capacity: wanted)
    try attempt { () throws(SystemError) in
      _ = try file.read(at: offset, upTo: wanted, into: &bytes)
    }
    return bytes.bytes.array
  }
}

extension Journal {
  /// Opens all that a copy of the state as it is now needs, and no more.
  ///
  /// - Parameter snapshot: the covered revision of the newest that is known to be good; nil where
  ///   there is none.
  /// - Throws: `.disk`.
  public func openBackup(
    from snapshot: Revision?
  ) throws(JournalError) -> BackupFiles<D> {
    // Another thread removes what the two newest snapshots make needless: nothing of that is
    // needed.
    let (layout, disk) = (directory.layout, directory.disk)
    return try attempt { () throws(SystemError) in
      var files: [BackupFile<D>] = []
      if let snapshot {
        files.append(try BackupFile(layout.snapshot(covering: snapshot), in: layout, on: disk))
      }
      let segments = try layout.segments(on: disk)
      let start = segments.lastIndex { $0 <= (snapshot ?? .zero).next } ?? 0
      for first in segments[start...] {
        let size = first == segments.last ? durableSize : nil
        files.append(
          try BackupFile(layout.segment(from: first), in: layout, size: size, on: disk))
      }
      files.append(try BackupFile(layout.identity, in: layout, on: disk))
      return BackupFiles(files, revision: lastRevision)
    }
  }
}
