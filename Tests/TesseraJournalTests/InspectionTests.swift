import SimulatedMachine
import Testing
import TesseraModel
import TesseraSystem

@testable import TesseraJournal

@Suite struct InspectionTests {
  private let data = "/data"

  private func disk() throws -> SimulatedDisk {
    let disk = SimulatedDisk()
    try withJournal(data, segmentBytes: 900, on: disk) { journal in
      for revision in UInt64(1)...20 {
        try journal.append([Samples.entry(revision)])
        if revision == 5 {
          try writeSnapshot(journal.snapshotPlan(), of: .after(Samples.entries(1...5)))
        }
      }
    }
    return disk
  }

  @Test func `a sound directory is reported file by file`() throws {
    let disk = try disk()
    let directory = try DataDirectory(opening: data, on: disk)
    let reports = try directory.view.verify()
    #expect(reports.allSatisfy { $0.finding == .intact && $0.software == FormatVersion.software })
    let segments = reports.compactMap(\.revisions)
    #expect(segments.count >= 3)
    #expect(segments.first?.lowerBound == Revision(rawValue: 1))
    #expect(segments.last?.upperBound == Revision(rawValue: 20))
    #expect(reports.last?.covered == Revision(rawValue: 5)...Revision(rawValue: 5))
    #expect(reports.last?.records.tokens == 4)
    #expect(reports.last?.records.events == 5)

    var entries: [JournalEntry] = []
    try directory.view.forEachEntry { entries.append($0) }
    #expect(entries == Samples.entries(1...20))
    var state = State()
    try directory.view.loadSnapshot(covering: Revision(rawValue: 5), into: &state)
    #expect(state == .after(Samples.entries(1...5)))
  }

  @Test func `a torn tail and damage are reported and left as they are`() throws {
    let disk = try disk()
    let segments = disk.paths.filter { $0.hasSuffix(".segment") }
    let snapshot = try #require(disk.paths.first { $0.hasSuffix(".snapshot") })
    disk[segments.last!]!.removeLast(3)
    disk[segments[0]]![100] ^= 1
    disk[snapshot]![100] ^= 1
    let paths = disk.paths
    let reports = try DataDirectory(opening: data, on: disk).view.verify()
    for report in reports {
      switch (report.path, report.finding) {
      case (segments.last!, .torn): break
      case (segments[0], .faulty(.damaged(let damage))):
        #expect(damage.file == segments[0] && damage.offset == 64)
      case (snapshot, .faulty(.damaged)): break
      case (_, .intact): break
      default: Issue.record("\(report)")
      }
    }
    #expect(reports.filter { $0.finding != .intact }.count == 3)
    #expect(disk.paths == paths)
  }
}
