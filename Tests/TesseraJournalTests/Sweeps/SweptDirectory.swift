import SimulatedMachine
import TesseraBytes
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

/// A data directory as one that was used for a while has it: segments that follow one another,
/// seals of earlier stops among the batches, two snapshots, the newer one inside the last 64 KiB.
/// And what is true of it, by other means than a start uses.
struct SweptDirectory: Sendable {
  static let path = "/data"

  /// The files, every one durable.
  let files: [String: [UInt8]]
  /// The journal's segments, oldest first, with the bytes of each.
  let segments: [Segment]
  let last: UInt64
  /// What the newest snapshot covers, and up to where it promises a journal.
  let covered: UInt64
  let promised: UInt64

  struct Segment: Sendable {
    var path: String
    var first: UInt64
    var frames: [Frame]
    var size: Int
  }

  struct Frame: Sendable {
    var end: Int
    /// The revision of the last change up to here.
    var revision: UInt64
    var isEnd: Bool
  }

  /// Ends as an orderly stop leaves it, with a seal.
  init() throws {
    let (last, older, newer): (UInt64, UInt64, UInt64) = (230, 80, 165)
    let disk = SimulatedDisk()
    try withJournal(SweptDirectory.path, segmentBytes: 12_000, on: disk) { journal in
      var next: UInt64 = 1
      while next <= last {
        // One to five changes are made durable together.
        let batch = next...min(next + next % 5, last)
        try journal.append(SweptDirectory.entries(batch))
        next = batch.upperBound + 1
        if next % 7 == 0 { try journal.seal() }
        for moment in [older, newer] where batch.contains(moment) {
          // The state reaches further than what the snapshot covers: changes went on meanwhile.
          let plan = journal.snapshotPlan()
          try journal.append(SweptDirectory.entries(next...next + 5))
          next += 6
          let state = State.after(SweptDirectory.entries(1...next - 1))
          journal.note(
            try writeSnapshot(plan, of: state, through: Revision(rawValue: next - 1)))
        }
      }
      try journal.seal()
    }
    files = Dictionary(uniqueKeysWithValues: disk.paths.map { ($0, disk[$0]!) })
    segments = disk.paths.filter { $0.hasSuffix(".segment") }.map { Segment($0, disk[$0]!) }
    self.last = last
    let opened = try Opened.read(SweptDirectory.path, on: disk.copy())
    covered = opened.report.snapshot!.rawValue
    promised = covered + 6
  }

  /// The changes in it, many of them with long texts: so a run of 64 KiB is few changes, which are
  /// read thousands of times.
  static func entries(_ revisions: ClosedRange<UInt64>) -> [JournalEntry] {
    Samples.entries(revisions).map { entry in
      var entry = entry
      if case .putToken(var record, let idempotency) = entry.mutation {
        let length = Int(entry.revision.rawValue * 397 % UInt64(Limits.descriptionBytes))
        record.description = String(repeating: "x", count: length)
        entry.mutation = .putToken(record, idempotency: idempotency)
      }
      return entry
    }
  }

  /// The state after all of them.
  var state: State { .after(SweptDirectory.entries(1...last)) }

  /// The directory on a disk of its own.
  func disk() -> SimulatedDisk {
    let disk = SimulatedDisk()
    for directory in ["/data", "/data/journal", "/data/snapshots"] {
      try! disk.createDirectory(directory)
    }
    for (path, bytes) in files { disk[path] = bytes }
    return disk
  }

  /// Whether a start needs nothing of the segment: the newest snapshot covers every change in it,
  /// and there is a later one to go on from.
  func isCovered(_ index: Int) -> Bool {
    index + 1 < segments.count && segments[index + 1].first <= covered + 1
  }
}

extension SweptDirectory.Segment {
  /// Reads the frames by the two fields that say where they end and what comes next, and checks
  /// nothing.
  fileprivate init(_ path: String, _ bytes: [UInt8]) {
    func number(_ offset: Int, _ count: Int) -> UInt64 {
      (0..<count).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64(8 * $1) }
    }
    self.path = path
    first = number(32, 8)
    size = bytes.count
    frames = [.init(end: 64, revision: first - 1, isEnd: false)]
    while let start = frames.last?.end, start < bytes.count {
      let end = start + 24 + Int(number(start, 4))
      // A frame that is not the last is followed by one that says which revision comes next.
      let revision = end < bytes.count ? number(end + 8, 8) - 1 : nil
      let own = number(start + 8, 8)
      let kind = number(start + 4, 4)
      frames.append(
        .init(end: end, revision: revision ?? (kind == 1 ? .max : own - 1), isEnd: kind == 3))
    }
  }
}
