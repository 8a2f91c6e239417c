import TesseraModel
import TesseraSystem

/// Leave to write one snapshot: made by the journal's thread, used by any other.
public struct SnapshotPlan<D: Disk>: Sendable {
  /// Every change up to this one will be in the snapshot; later ones may be.
  public let coveredRevision: Revision
  public let authority: AuthorityID
  let layout: Layout
  let disk: D
  /// The journal's `bytesSinceSnapshot` when the plan was made.
  let journalBytes: Int
  /// Of the journal that goes on meanwhile.
  let fate: JournalFate

  var path: String { layout.snapshot(covering: coveredRevision) }
}

/// What was written.
public struct SnapshotSummary: Equatable, Sendable {
  public let coveredRevision: Revision
  public let records: RecordCounts
  /// The highest time that it tells of.
  public let highestTime: Timestamp
  public let bytes: Int
  /// The files that were removed since the two newest snapshots make them needless.
  public let removed: [String]
  /// Why some were not removed. The snapshot counts all the same.
  public let removalFailure: JournalError?
  let journalBytes: Int
}

extension Journal {
  /// Plans a snapshot of the state as it is now. Every change that was appended must have been
  /// applied to what will be given to the writer.
  public func snapshotPlan() -> SnapshotPlan<D> {
    SnapshotPlan(
      coveredRevision: lastRevision, authority: authority, layout: directory.layout,
      disk: directory.disk, journalBytes: bytesSinceSnapshot, fate: fate)
  }

  /// Takes note of a snapshot that was finished: `bytesSinceSnapshot` counts from it.
  public mutating func note(_ snapshot: SnapshotSummary) {
    bytesSinceSnapshot -= min(snapshot.journalBytes, bytesSinceSnapshot)
  }
}
