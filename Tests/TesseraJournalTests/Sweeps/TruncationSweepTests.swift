import SimulatedMachine
import Testing
import TesseraModel

@testable import TesseraJournal

/// The end of a journal is cut off at every byte. A start gives what a crash could have left there,
/// and refuses everything else.
@Suite struct TruncationSweepTests {
  private struct Cut: Sendable {
    var segment: Int
    var size: Int
    /// Whether the later segments are there.
    var keepsLater: Bool
  }

  private enum Expected: Equatable {
    case served(upTo: UInt64)
    case refused
  }

  private static let sweptBytes = 64 << 10

  @Test func `cut at any byte of its last 64 KiB, a journal starts as after a crash or is refused`()
    throws
  {
    let directory = try SweptDirectory()
    let whole = try truth(of: directory.disk())
    #expect(whole.state == directory.state)
    #expect(directory.segments.suffix(4).reduce(0) { $0 + $1.size } < Self.sweptBytes)

    var random = SeededGenerator.announced()
    var cuts = cuts(of: directory)
    #expect(cuts.count > Self.sweptBytes)
    // A run of the tests tries the places beside each frame's end, and some of the others.
    if !SweepSize.isWhole {
      cuts = cuts.filter { cut in
        let frames = directory.segments[cut.segment].frames
        return frames.contains { abs($0.end - cut.size) <= 1 }
          || Int.random(in: 0..<400, using: &random) == 0
      }
    }
    let found = SweepSize.sweep(cuts) { [self] in attempt($0, directory, whole) }
    print("\(cuts.count) cuts: \(found.counts.sorted { $0.key < $1.key })")
    #expect(found.violations == [])
    #expect(found.counts["served", default: 0] > 0 && found.counts["refused", default: 0] > 0)
  }

  private func cuts(of directory: SweptDirectory) -> [Cut] {
    var cuts: [Cut] = []
    var left = Self.sweptBytes
    for index in directory.segments.indices.reversed() {
      let size = directory.segments[index].size
      for offset in max(0, size - left)..<size {
        cuts.append(Cut(segment: index, size: offset, keepsLater: false))
        if index < directory.segments.count - 1 {
          cuts.append(Cut(segment: index, size: offset, keepsLater: true))
        }
      }
      left -= min(left, size)
    }
    return cuts
  }

  /// What the format can know of a journal that was cut so.
  private func expected(_ cut: Cut, _ directory: SweptDirectory) -> Expected {
    let segment = directory.segments[cut.segment]
    if cut.keepsLater, cut.segment < directory.segments.count - 1 {
      // Later segments say that all of it was there, unless a snapshot holds it anyway.
      return directory.isCovered(cut.segment) ? .served(upTo: directory.last) : .refused
    }
    guard let frame = segment.frames.last(where: { $0.end <= cut.size }) else { return .refused }
    // An end says that a segment followed, a snapshot up to where the journal was durable.
    if frame.isEnd || frame.revision < directory.promised { return .refused }
    return .served(upTo: frame.revision)
  }

  private func attempt(
    _ cut: Cut, _ directory: SweptDirectory, _ whole: Witness
  ) -> SweepSize.Outcome {
    let disk = directory.disk()
    let segment = directory.segments[cut.segment]
    disk[segment.path] = Array(directory.files[segment.path]!.prefix(cut.size))
    if !cut.keepsLater {
      for later in directory.segments[(cut.segment + 1)...] { disk[later.path] = nil }
    }
    let before = disk.files
    switch (Start(disk), expected(cut, directory)) {
    case (.served(let witness, let report), .served(let revision)):
      guard witness == whole.ending(with: revision), report.lastRevision.rawValue == revision else {
        return .violation("\(cut): served up to \(report.lastRevision), not up to \(revision)")
      }
      return .right("served")
    case (.refused(.damaged(let damage)), .refused):
      guard before[damage.file] != nil, damage.offset >= 0, disk.files == before else {
        return .violation("\(cut): \(damage) names no file, or something was changed")
      }
      return .right("refused")
    case (.served(_, let report), .refused):
      return .violation("\(cut): served up to \(report.lastRevision)")
    case (.refused(let error), _): return .violation("\(cut): \(error)")
    }
  }
}
