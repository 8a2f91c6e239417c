import TesseraModel
import TesseraSystem

// Offline looks at a data directory, for whoever has it open. Nothing is changed.
extension DataDirectory {
  /// Reads every segment and every snapshot whole, in order, and says what is wrong with each.
  ///
  /// - Throws: `.disk`.
  public func verify() throws(JournalError) -> [FileReport] {
    var reports: [FileReport] = []
    let segments = try attempt { () throws(SystemError) in try layout.segments(on: disk) }
    var previous: SegmentEnd?
    for first in segments {
      let (report, end) = try verify(first, after: previous, isLast: first == segments.last)
      reports.append(report)
      previous = end
    }
    let snapshots = try attempt { () throws(SystemError) in try layout.snapshots(on: disk) }
    for covered in snapshots { reports.append(try verifySnapshot(covered)) }
    return reports
  }

  /// Gives every change that the journal holds to `body`, in order, up to what is no frame.
  ///
  /// - Throws: what stops a start, when the changes before it were given.
  public func forEachEntry(_ body: (JournalEntry) -> Void) throws(JournalError) {
    let segments = try attempt { () throws(SystemError) in try layout.segments(on: disk) }
    for first in segments {
      var segment = try SegmentReplay(first, in: layout, authority: authority, on: disk)
      _ = try segment.run { entry, _ in body(entry) }
    }
  }

  /// Gives what a snapshot holds to `sink`. The covered revisions are in the reports of `verify`.
  ///
  /// - Throws: what makes a start pass the snapshot over, when the blocks before it were given.
  public func loadSnapshot(
    covering revision: Revision, into sink: inout some RecoverySink & ~Copyable
  ) throws(JournalError) {
    let path = layout.snapshot(covering: revision)
    _ = try SnapshotFile(path, on: disk, authority: authority).load(into: &sink)
  }

  /// What the next segment must continue from; nil where that is not known.
  private struct SegmentEnd {
    var next: Revision
    var chain: CRC32C
    var isEnded: Bool
  }

  private func verify(
    _ first: Revision, after previous: SegmentEnd?, isLast: Bool
  ) throws(JournalError) -> (FileReport, SegmentEnd?) {
    var report = FileReport(layout.segment(from: first))
    do throws(JournalError) {
      var segment = try SegmentReplay(first, in: layout, authority: authority, on: disk)
      report.version = segment.header.version
      report.software = segment.header.software
      if let previous {
        guard previous.isEnded, previous.next == first, previous.chain == segment.header.chain
        else {
          throw .damaged(Damage(report.path, at: 28, "it does not continue the segment before it"))
        }
      }
      let outcome = try segment.run { entry, _ in
        report.revisions = (report.revisions?.lowerBound ?? entry.revision)...entry.revision
      }
      var end = SegmentEnd(next: segment.next, chain: segment.reader.chain, isEnded: false)
      let offset = segment.reader.offset
      switch outcome {
      case .ended:
        end.isEnded = true
        if isLast {
          throw .damaged(Damage(report.path, at: offset, "the segment after it is missing"))
        }
      case .open:
        if !isLast { throw .damaged(Damage(report.path, at: offset, "the segment has no end")) }
      case .torn(let fault):
        guard isLast else { throw .damaged(Damage(report.path, at: offset, fault.rawValue)) }
        report.finding = .torn(offset: offset, bytes: segment.reader.size - offset)
      }
      return (report, end)
    } catch {
      report.finding = .faulty(error)
      return (report, nil)
    }
  }

  private func verifySnapshot(_ covered: Revision) throws(JournalError) -> FileReport {
    var report = FileReport(layout.snapshot(covering: covered))
    do throws(JournalError) {
      let file = try SnapshotFile(report.path, on: disk, authority: authority)
      report.version = file.header.version
      report.software = file.header.software
      var nowhere = Nowhere()
      let footer = try file.load(into: &nowhere)
      report.covered = covered...footer.highestRevision
      report.records = footer.records
    } catch {
      report.finding = .faulty(error)
    }
    return report
  }
}

/// Takes records and keeps none: reading them is the test.
private struct Nowhere: RecoverySink {
  mutating func beginSnapshot() {}
  mutating func restore(_ entry: RegistryEntry) {}
  mutating func restore(_ user: consuming UserRecord) {}
  mutating func restore(_ record: consuming TokenRecord, usage: TokenUsage) {}
  mutating func restore(_ entry: IdempotencyEntry) {}
  mutating func restore(_ event: consuming Event) {}
  mutating func replay(_ entry: consuming JournalEntry) {}
}
