import TesseraModel
import TesseraSystem

/// Bytes at the end of a file that have to go.
public struct Cut: Equatable, Sendable {
  public var file: String
  public var offset: Int
  public var bytes: Int
}

/// What has to be cut so that a start that stops would succeed, and what is lost with it. It is as
/// little as possible: of the snapshots that what is left of the journal reaches, the newest is
/// kept.
public struct CutPlan: Equatable, Sendable {
  /// Why a start stops.
  public let reason: JournalError
  /// The last change that is kept.
  public internal(set) var last: Revision
  /// What is cut off segments that stay; a copy of it is kept.
  public internal(set) var cuts: [Cut] = []
  /// Segments that go whole: they are kept under another name.
  public internal(set) var segments: [String] = []
  /// Snapshots that promise changes which the journal no longer has: likewise.
  public internal(set) var snapshots: [String] = []
  public internal(set) var lost = LostChanges()
  /// The first revision of an empty segment to be made, where none is left to go on with.
  var newSegment: Revision?
}

extension DirectoryView {
  /// What would have to go; nil where a start goes as it is.
  ///
  /// - Throws: the reason why a start stops, where no cut helps; `.disk`.
  public func cutPlan() throws(JournalError) -> CutPlan? {
    guard case .stops(let reason) = try forecast() else { return nil }
    guard case .damaged = reason else { throw reason }
    let segments = try attempt { () throws(SystemError) in try layout.segments(on: disk) }
    for snapshot in try intactSnapshots().reversed() {
      let start = segments.lastIndex { $0 <= snapshot.covered.next }
      if let start {
        let reach = try reach(of: segments[start...])
        if reach.segment != nil, reach.last >= snapshot.highest {
          return try plan(reason, reach, segments, after: snapshot.covered)
        }
      }
      if snapshot.covered == snapshot.highest {
        return try plan(reason, segments, onlyWith: snapshot.covered)
      }
    }
    guard segments.first == Revision.zero.next else { throw reason }
    let reach = try reach(of: segments[...])
    guard reach.segment != nil else { throw reason }
    return try plan(reason, reach, segments, after: .zero)
  }

  /// The journal is cut where it can no longer be read.
  private func plan(
    _ reason: JournalError, _ reach: JournalReach, _ segments: [Revision], after covered: Revision
  ) throws(JournalError) -> CutPlan {
    var plan = CutPlan(reason: reason, last: reach.last)
    plan.cuts = reach.excess.filter { $0.file != reach.segment.map(layout.segment) }
    if let kept = reach.segment {
      let path = layout.segment(from: kept)
      let size = try size(of: path)
      if size > reach.size {
        plan.cuts.append(Cut(file: path, offset: reach.size, bytes: size - reach.size))
        try lose(kept, of: segments, from: reach.size, to: &plan.lost, after: plan.last)
      }
    }
    for first in segments where first > reach.segment ?? .zero {
      plan.segments.append(layout.segment(from: first))
      try lose(first, of: segments, to: &plan.lost, after: plan.last)
    }
    let kept = segments.prefix { $0 <= reach.segment ?? .zero }
    try setAside(keeping: covered, kept, in: &plan)
    return plan
  }

  /// No part of the journal reaches the snapshot, which is a whole state by itself.
  private func plan(
    _ reason: JournalError, _ segments: [Revision], onlyWith covered: Revision
  ) throws(JournalError) -> CutPlan {
    var plan = CutPlan(reason: reason, last: covered, newSegment: covered.next)
    for first in segments {
      plan.segments.append(layout.segment(from: first))
      try lose(first, of: segments, to: &plan.lost, after: covered)
    }
    try setAside(keeping: covered, [], in: &plan)
    return plan
  }

  /// Snapshots later than the one that covers `covered`, which is the one that is kept; none is
  /// where that is zero.
  private func setAside(
    keeping covered: Revision, _ segments: ArraySlice<Revision>, in plan: inout CutPlan
  ) throws(JournalError) {
    let later = try attempt { () throws(SystemError) in
      try layout.snapshots(on: disk).filter { $0 > covered }
    }
    plan.snapshots = later.map(layout.snapshot(covering:))
    let kept: Revision? = covered == .zero ? nil : covered
    try lose(snapshots: later, keeping: (kept, segments), to: &plan)
  }

  /// The covered revision of each, and the last whose change may be in it.
  private func intactSnapshots() throws(JournalError) -> [(covered: Revision, highest: Revision)] {
    var intact: [(covered: Revision, highest: Revision)] = []
    let snapshots = try attempt { () throws(SystemError) in try layout.snapshots(on: disk) }
    for covered in snapshots {
      do throws(JournalError) {
        let file = try SnapshotFile(
          layout.snapshot(covering: covered), on: disk, authority: authority)
        guard file.header.revision == covered else { continue }
        intact.append((covered, try file.verify().highestRevision))
      } catch {
        guard case .damaged = error else { throw error }
      }
    }
    return intact
  }
}
