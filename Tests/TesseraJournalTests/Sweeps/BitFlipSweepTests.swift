import SimulatedMachine
import Testing
import TesseraModel

@testable import TesseraJournal

/// Single bits are flipped in every file of a data directory. A start finds it, or gives the one
/// right state all the same.
@Suite struct BitFlipSweepTests {
  private struct Flip: Sendable {
    var path: String
    var bit: Int
  }

  /// How many flips a whole sweep makes at least.
  private static let flips = 20_000

  @Test func `a flipped bit is found or does no harm, and never changes what is served`() throws {
    let directory = try SweptDirectory()
    let whole = try truth(of: directory.disk())
    let snapshots = directory.files.keys.filter { $0.hasSuffix(".snapshot") }.sorted()
    #expect(snapshots.count == 2)
    let disk = directory.disk()
    disk[snapshots[1]] = nil
    let older = try truth(of: disk)
    #expect(older != whole)
    #expect(whole.state == directory.state)
    #expect(older.state == whole.state)

    var random = SeededGenerator.announced()
    let flips = flips(in: directory, SweepSize.isWhole ? Self.flips : 1_000, using: &random)
    let found = SweepSize.sweep(flips) { [self] in attempt($0, directory, [whole, older]) }
    print("\(flips.count) flips: \(found.counts.sorted { $0.key < $1.key })")
    #expect(found.violations == [])
    #expect(found.counts.values.reduce(0, +) == flips.count)
  }

  /// In each file the whole header and the last frame, whose fields have a meaning each, as far as
  /// a third of the flips goes; the rest anywhere.
  private func flips(
    in directory: SweptDirectory, _ count: Int, using random: inout SeededGenerator
  ) -> [Flip] {
    let files = directory.files.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    var marked: [Flip] = []
    for (path, bytes) in files {
      let places = Array(0..<min(64, bytes.count)) + Array(max(64, bytes.count - 24)..<bytes.count)
      for place in places { marked += (0..<8).map { Flip(path: path, bit: place * 8 + $0) } }
    }
    var flips = Array(marked.shuffled(using: &random).prefix(SweepSize.isWhole ? .max : count / 3))
    let bits = files.reduce(0) { $0 + $1.value.count * 8 }
    while flips.count < count {
      var bit = Int.random(in: 0..<bits, using: &random)
      for (path, bytes) in files {
        if bit < bytes.count * 8 {
          flips.append(Flip(path: path, bit: bit))
          break
        }
        bit -= bytes.count * 8
      }
    }
    return flips
  }

  private func attempt(
    _ flip: Flip, _ directory: SweptDirectory, _ truths: [Witness]
  ) -> SweepSize.Outcome {
    let disk = directory.disk()
    var bytes = directory.files[flip.path]!
    bytes[flip.bit / 8] ^= 1 << (flip.bit % 8)
    disk[flip.path] = bytes
    let before = disk.files
    switch Start(disk) {
    case .refused(.damaged(let damage)):
      // Found a frame late at most: where the next one does not follow.
      guard damage.file == flip.path, damage.offset <= flip.bit / 8 else {
        return .violation("\(flip): refused for another place, \(damage)")
      }
      return disk.files == before
        ? .right("refused") : .violation("\(flip): refused, and something was changed")
    case .refused(let error): return .violation("\(flip): \(error)")
    case .served(let witness, let report):
      guard let source = truths.firstIndex(of: witness) else {
        return .violation("\(flip): the state is another")
      }
      return judge(flip, directory, report, passedOver: source == 1)
    }
  }

  /// The state is the right one; whether it is for a reason that is known.
  private func judge(
    _ flip: Flip, _ directory: SweptDirectory, _ report: RecoveryReport, passedOver: Bool
  ) -> SweepSize.Outcome {
    if passedOver {
      return report.damagedSnapshots.map(\.file) == [flip.path]
        ? .right("snapshot passed over") : .violation("\(flip): the older snapshot was taken")
    }
    if let torn = report.tornTail {
      // The seal holds no change; without it the end is as after a crash.
      let isInSeal = torn.file == flip.path && torn.bytes == DiskFrameHeader.byteCount
      return isInSeal ? .right("seal cut") : .violation("\(flip): \(torn) was cut")
    }
    let index = directory.segments.firstIndex { $0.path == flip.path }
    let isNeedless = index.map { directory.isCovered($0) } ?? flip.path.hasSuffix(".snapshot")
    return isNeedless ? .right("in a file that was not read") : .violation("\(flip): not found")
  }
}
