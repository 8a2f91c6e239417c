import TesseraBytes
import TesseraModel
import TesseraSystem

extension DataDirectory {
  /// Cuts what the plan says, and keeps copies of it all beside the files. After a crash in the
  /// midst of it a start either stops as before, or does what was left to do by itself.
  ///
  /// - Returns: the paths of the copies.
  /// - Throws: `.disk`. Nothing that was not copied is gone.
  public func carryOut(_ plan: CutPlan) throws(JournalError) -> [String] {
    try attempt { () throws(SystemError) in
      var copies: [String] = []
      for cut in plan.cuts { copies.append(try copy(cut)) }
      for path in plan.snapshots { copies.append(try setAside(path, in: layout.snapshots)) }
      // The last one first, so that what is left after a crash has no gap.
      for path in plan.segments.reversed() {
        copies.append(try setAside(path, in: layout.journal))
      }
      for cut in plan.cuts {
        let file = try DiskFile(cut.file, .update, on: disk)
        try file.truncate(to: cut.offset)
        try file.synchronizeData()
      }
      if let first = plan.newSegment {
        try DataDirectory.placeSegment(from: first, layout, authority, on: disk)
      }
      return copies
    }
  }

  private func copy(_ cut: Cut) throws(SystemError) -> String {
    var bytes = ByteBuffer()
    _ = try DiskFile(cut.file, .read, on: disk).read(
      at: cut.offset, upTo: cut.bytes, into: &bytes)
    let name = try layout.freeName("\(cut.file).cut-\(cut.offset)", in: layout.journal, on: disk)
    try disk.place(bytes.bytes, at: name, in: layout.journal)
    return name
  }

  private func setAside(_ path: String, in directory: String) throws(SystemError) -> String {
    let name = try layout.freeName("\(path).cut-0", in: directory, on: disk)
    try disk.rename(path, to: name)
    try disk.synchronizeDirectory(directory)
    return name
  }
}
