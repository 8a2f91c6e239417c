import TesseraModel
import TesseraSystem

/// The names in a data directory.
///
/// ```
/// LOCK                                   held by the process that has the directory open
/// authority                              the identity: a file header, and nothing after it
/// journal/00000000000000000001.segment   by the first revision in it
/// snapshots/00000000000000048211.snapshot  by the covered revision
/// ```
/// What is not finished has a name that ends in `.partial`, and is removed at the next start.
struct Layout: Sendable {
  let root: String

  /// - Parameter root: slashes at its end are dropped. What comes before the last one that is left
  ///   is the parent, which is synchronised too when the directory is made.
  init(root: String) {
    var root = root[...]
    while root.utf8.count > 1, root.hasSuffix("/") { root.removeLast() }
    self.root = String(root)
  }

  var lock: String { root + "/LOCK" }
  var identity: String { root + "/authority" }
  var journal: String { root + "/journal" }
  var snapshots: String { root + "/snapshots" }

  func segment(from first: Revision) -> String {
    "\(journal)/\(Layout.digits(first)).\(Layout.segmentSuffix)"
  }

  func snapshot(covering revision: Revision) -> String {
    "\(snapshots)/\(Layout.digits(revision)).\(Layout.snapshotSuffix)"
  }

  static let segmentSuffix = "segment"
  static let snapshotSuffix = "snapshot"
  static let partialSuffix = ".partial"
  /// What a snapshot is renamed to that turned out to be damaged.
  static let badSuffix = ".bad"

  /// The revision in `00000000000000000001.suffix`; nil for any other name.
  static func revision(in name: String, suffix: String) -> Revision? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1] == suffix, parts[0].utf8.count == digitCount,
      parts[0].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = UInt64(parts[0])
    else { return nil }
    return Revision(rawValue: number)
  }

  /// 20 digits hold every revision, and sort by name as they do by number.
  private static let digitCount = 20

  private static func digits(_ revision: Revision) -> String {
    let digits = String(revision.rawValue)
    return String(repeating: "0", count: digitCount - digits.count) + digits
  }
}

extension Layout {
  /// The first revisions of the segments there are, lowest first.
  func segments(on disk: some Disk) throws(SystemError) -> [Revision] {
    try revisions(in: journal, suffix: Layout.segmentSuffix, on: disk)
  }

  /// The covered revisions of the snapshots there are, lowest first.
  func snapshots(on disk: some Disk) throws(SystemError) -> [Revision] {
    try revisions(in: snapshots, suffix: Layout.snapshotSuffix, on: disk)
  }

  private func revisions(
    in directory: String, suffix: String, on disk: some Disk
  ) throws(SystemError) -> [Revision] {
    try disk.entries(of: directory).compactMap { Layout.revision(in: $0, suffix: suffix) }.sorted()
  }

  /// The path, or one like it that nothing has: an earlier copy is never written over.
  func freeName(
    _ path: String, in directory: String, on disk: some Disk
  ) throws(SystemError) -> String {
    let taken = Set(try disk.entries(of: directory).map { "\(directory)/\($0)" })
    var name = path
    var count = 1
    while taken.contains(name) {
      count += 1
      name = "\(path).\(count)"
    }
    return name
  }

  /// Removes what a stopped process did not finish.
  func removePartialFiles(on disk: some Disk) throws(SystemError) {
    for directory in [root, journal, snapshots] {
      for name in try disk.entries(of: directory) where name.hasSuffix(Layout.partialSuffix) {
        try disk.remove("\(directory)/\(name)")
      }
    }
  }
}
