import TesseraModel
import TesseraSystem

extension DirectoryView {
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
      report.bytes = segment.reader.size
      if let previous {
        guard previous.isEnded, previous.next == first, previous.chain == segment.header.chain
        else {
          throw .damaged(
            Damage(
              report.path, at: FileHeader.chainOffset, "it does not continue the segment before it")
          )
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
      report.bytes = try file.size()
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
