import TesseraModel
import TesseraSystem

extension Recovery {
  /// Loads the newest snapshot that is good; returns the revision it covers.
  mutating func loadSnapshot(
    into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) -> Revision {
    let snapshots = try attempt { () throws(SystemError) in try layout.snapshots(on: disk) }
    for covered in snapshots.reversed() {
      let path = layout.snapshot(covering: covered)
      do throws(JournalError) {
        let file = try SnapshotFile(path, on: disk, authority: authority)
        guard file.header.revision == covered else {
          throw .damaged(
            Damage(path, at: FileHeader.revisionOffset, "its revision is not that in its name"))
        }
        // Intact or not, it was begun when the journal was durable up to there.
        if promised.highest < covered { promised = (covered, covered) }
        _ = try file.verify()
      } catch {
        guard case .damaged(let damage) = error else { throw error }
        report.damagedSnapshots.append(damage)
        continue
      }
      let footer: SnapshotFooter
      do {
        footer = try SnapshotFile(path, on: disk, authority: authority).load(into: &sink)
      } catch .damaged(let damage) {
        // The file was intact when it was verified just now, and what the sink was given of it
        // cannot be taken back.
        throw damage.failedRead ?? .damaged(damage)
      }
      report.snapshot = covered
      report.records = footer.records
      report.highestTime = footer.highestTime
      if promised.highest < footer.highestRevision { promised = (covered, footer.highestRevision) }
      self.covered = covered
      return covered
    }
    return .zero
  }

  /// A snapshot was finished when the journal was durable up to its highest revision; where only
  /// its header is intact, up to the covered one at least. Neither a crash nor `CutPlan` leaves
  /// such a snapshot with a shorter journal.
  func checkReach(_ tail: Tail) throws(JournalError) {
    guard report.lastRevision < promised.highest else { return }
    throw .damaged(
      Damage(
        tail.path, at: tail.size,
        """
        the journal ends with revision \(report.lastRevision.rawValue), and snapshot \
        \(layout.snapshot(covering: promised.snapshot)) was written when changes up to revision \
        \(promised.highest.rawValue) were durable
        """))
  }
}
