import TesseraModel
import TesseraSystem

extension DirectoryView {
  /// Gives the changes of these revisions that the journal still holds to `body`, in order, up to
  /// the end of the journal or a torn one.
  ///
  /// - Throws: `.damaged`, `.otherAuthority` or `.unsupported` where a segment cannot be read, when
  ///   the changes before were given; `.disk`; `.locked` where a running authority removed a
  ///   segment meanwhile.
  public func forEachEntry(
    in revisions: ClosedRange<Revision> = .zero...Revision(rawValue: .max),
    _ body: (JournalEntry) -> Void
  ) throws(JournalError) {
    let segments = try attempt { () throws(SystemError) in try layout.segments(on: disk) }
    let covered = Revision(rawValue: max(1, revisions.lowerBound.rawValue) - 1)
    for (index, first) in segments.enumerated() where first <= revisions.upperBound {
      let following = index + 1 < segments.count ? segments[index + 1] : nil
      if let following, following <= revisions.lowerBound { continue }
      var segment = try open(first)
      let outcome = try segment.run(after: covered) { entry, _ in
        if entry.revision <= revisions.upperBound { body(entry) }
      }
      if case .torn(let fault) = outcome, following != nil {
        throw .damaged(Damage(segment.path, at: segment.reader.offset, fault.rawValue))
      }
    }
  }

  /// The covered revision of each snapshot there is, damaged ones too, lowest first.
  ///
  /// - Throws: `.disk`.
  public func snapshots() throws(JournalError) -> [Revision] {
    try attempt { () throws(SystemError) in try layout.snapshots(on: disk) }
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

  private func open(_ first: Revision) throws(JournalError) -> SegmentReplay<D> {
    do {
      return try SegmentReplay(first, in: layout, authority: authority, on: disk)
    } catch {
      throw isInUse && error.isMissingFile ? .locked(directory: path) : error
    }
  }
}
