import TesseraModel
import TesseraSystem

// Two generations are kept: should the newest turn out bad, the one before it and the longer
// journal give the same state. So a segment goes only when the older kept snapshot, verified again,
// covers every change in it, and while there is one snapshot all of the journal stays.
extension SnapshotPlan {
  func retire(into removed: inout [String]) throws(JournalError) {
    // A disk that has failed is not trusted to hold the one that is left.
    if fate.hasEnded { return }
    let snapshots = try attempt { () throws(SystemError) in try layout.snapshots(on: disk) }
    // Later ones than this plan's cannot be: one snapshot is written at a time.
    guard let newest = snapshots.lastIndex(of: coveredRevision), newest > 0 else { return }
    let older = snapshots[newest - 1]
    do {
      _ = try SnapshotFile(layout.snapshot(covering: older), on: disk, authority: authority)
        .verify()
    } catch {
      guard case .damaged = error else { throw error }
      try setAside(layout.snapshot(covering: older))
      return
    }
    let needless = snapshots[..<(newest - 1)].map { layout.snapshot(covering: $0) }
    try remove(needless, in: layout.snapshots, &removed)
    // From the oldest on, so that what is left after a crash has no gap.
    let segments = try attempt { () throws(SystemError) in try layout.segments(on: disk) }
    let covered = zip(segments, segments.dropFirst()).prefix { $1 <= older.next }
    for (first, _) in covered {
      let segment = layout.segment(from: first)
      try remove(try copiesOfTails(of: segment) + [segment], in: layout.journal, &removed)
    }
  }

  private func remove(
    _ paths: [String], in directory: String, _ removed: inout [String]
  ) throws(JournalError) {
    if paths.isEmpty { return }
    do {
      for path in paths {
        try disk.remove(path)
        removed.append(path)
      }
      try disk.synchronizeDirectory(directory)
    } catch {
      throw .disk(error)
    }
  }

  /// What recovery cut from a segment and kept: what a crash tore was never acknowledged. Copies of
  /// what a repair cut stay, since they may hold changes that were; who had it cut removes them.
  private func copiesOfTails(of segment: String) throws(JournalError) -> [String] {
    try attempt { () throws(SystemError) in
      try disk.entries(of: layout.journal).map { "\(layout.journal)/\($0)" }
        .filter { $0.hasPrefix("\(segment).torn-") }
    }
  }

  /// Keeps a damaged snapshot for whoever wants to look at it, but counts it no more.
  private func setAside(_ path: String) throws(JournalError) {
    try attempt { () throws(SystemError) in
      try disk.rename(path, to: path + Layout.badSuffix)
      try disk.synchronizeDirectory(layout.snapshots)
    }
  }
}
