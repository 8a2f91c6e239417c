import TesseraModel
import TesseraSystem

// How a snapshot comes to count: it is made durable, read back from the medium, given its name, and
// only then are others removed. Changes may be made between any two of these steps.
extension SnapshotWriter {
  enum Stage: Int, Comparable {
    case records
    case durable
    case verified
    case named

    static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
  }

  /// Completes the snapshot, makes it durable, reads it back, and only then gives it its name.
  /// Removes what the two newest snapshots make needless.
  ///
  /// - Parameters:
  ///   - revision: No change after this one is in what was given to the writer. The journal must be
  ///     durable up to it: a start refuses a journal that ends before.
  ///   - time: The highest time of any change up to it.
  /// - Throws: `.disk`, or what is wrong with that which is read back.
  public consuming func finish(
    through revision: Revision, highestTime time: Timestamp
  ) throws(JournalError) -> SnapshotSummary {
    while true {
      if let summary = try finishStep(through: revision, highestTime: time) { return summary }
    }
  }

  /// The next step of `finish`; the last one returns what was written. After an error the writer is
  /// to be let go of.
  public mutating func finishStep(
    through revision: Revision, highestTime time: Timestamp
  ) throws(JournalError) -> SnapshotSummary? {
    switch stage {
    case .records:
      try complete(through: revision, time)
      stage = .durable
    case .durable:
      try verify()
      stage = .verified
    case .verified:
      try giveName()
      stage = .named
    case .named: return retire()
    }
    return nil
  }

  /// Reads it back, each record of it, as a start would.
  private func verify() throws(JournalError) {
    // What is still in memory says nothing of the medium. Where this fails, that is what is read.
    try? file.dropCache()
    var nowhere = Nowhere()
    let written: SnapshotFooter
    do {
      written = try SnapshotFile(partial, on: plan.disk, authority: plan.authority)
        .load(into: &nowhere)
    } catch .damaged(let damage) {
      throw damage.failedRead ?? .damaged(damage)
    }
    guard written == footer else {
      throw .damaged(Damage(partial, at: size, "what is read back is not what was written"))
    }
  }

  private func giveName() throws(JournalError) {
    try attempt { () throws(SystemError) in
      try plan.disk.rename(partial, to: plan.path)
      try plan.disk.synchronizeDirectory(plan.layout.snapshots)
    }
  }

  private func retire() -> SnapshotSummary {
    var removed: [String] = []
    var failure: JournalError?
    do {
      try plan.retire(into: &removed)
    } catch {
      failure = error
    }
    return SnapshotSummary(
      coveredRevision: plan.coveredRevision, records: footer.records,
      highestTime: footer.highestTime, bytes: size, removed: removed, removalFailure: failure,
      journalBytes: plan.journalBytes)
  }
}
