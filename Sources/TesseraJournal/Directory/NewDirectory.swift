import Glibc
import TesseraModel
import TesseraSystem

/// A directory that is filled with the state of another: a snapshot, then an empty segment, and the
/// identity last, without which nothing starts from it.
///
/// ```swift
/// let directory = try NewDirectory(at: path, on: disk)
/// var writer = try SnapshotWriter(directory.snapshotPlan(covering: revision))
/// …                                           // every record, then writer.finish
/// try directory.finish(after: revision)
/// ```
public struct NewDirectory<D: Disk>: ~Copyable {
  /// Another one than the state had before: files of the two cannot be mixed up.
  public let authority: AuthorityID
  let layout: Layout
  let disk: D
  private let lock: DiskFile<D>

  /// - Parameter path: missing, its parent there; or empty.
  /// - Throws: `.notEmpty`, `.locked`, `.disk`.
  public init(
    at path: String, authority: AuthorityID = .random(), on disk: D
  ) throws(JournalError) {
    let layout = Layout(root: path)
    if let entry = try NewDirectory.firstEntry(of: layout.root, on: disk) {
      throw .notEmpty(directory: path, entry: entry)
    }
    try attempt { () throws(SystemError) in
      try disk.createDirectory(layout.root)
      try disk.createDirectory(layout.journal)
      try disk.createDirectory(layout.snapshots)
    }
    lock = try DataDirectory<D>.lock(layout, on: disk)
    self.authority = authority
    self.layout = layout
    self.disk = disk
  }

  private static func firstEntry(of path: String, on disk: D) throws(JournalError) -> String? {
    do {
      return try disk.entries(of: path).filter { $0 != "lost+found" }.min()
    } catch {
      if error.errno == ENOENT { return nil }
      throw .disk(error)
    }
  }

  public func snapshotPlan(covering revision: Revision) -> SnapshotPlan<D> {
    SnapshotPlan(
      coveredRevision: revision, authority: authority, layout: layout, disk: disk, journalBytes: 0,
      fate: JournalFate())
  }

  /// Makes it a data directory, whose next change follows `last`.
  ///
  /// - Precondition: a snapshot that covers `last`, and holds nothing later, was finished.
  public consuming func finish(after last: Revision) throws(JournalError) {
    try attempt { () throws(SystemError) in
      try DataDirectory<D>.placeSegment(from: last.next, layout, authority, on: disk)
      try DataDirectory<D>.placeIdentity(layout, authority, on: disk)
    }
  }
}
