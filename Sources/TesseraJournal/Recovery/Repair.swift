import TesseraBytes
import TesseraSystem

/// What a crash left at the end of a segment, to be put in order.
struct Repair {
  let path: String
  /// The whole frames end here.
  let size: Int
  /// The file ends here.
  let found: Int
  /// Where a copy is to be kept of what is beyond the whole frames. A name that nothing has: a
  /// segment may be torn twice in the same place.
  let copy: String
  /// The frame that belongs there and was not written, or not whole.
  var end: [UInt8] = []

  /// What is beyond the whole frames, if anything.
  var torn: TornTail? {
    guard found > size else { return nil }
    return TornTail(file: path, offset: size, bytes: found - size, copy: copy)
  }

  /// Keeps a copy of what is beyond the whole frames, cuts it, and writes the end that is missing.
  func carryOut(in layout: Layout, on disk: some Disk) throws(SystemError) {
    let file = try DiskFile(path, .update, on: disk)
    if let torn {
      var bytes = ByteBuffer()
      _ = try file.read(at: torn.offset, upTo: torn.bytes, into: &bytes)
      do throws(SystemError) {
        try disk.place(bytes.bytes, at: torn.copy, in: layout.journal)
      } catch {
        guard error.isDiskFull else { throw error }
        // The copy may take the room that was set aside beyond the end: it is for such a day.
        try file.truncate(to: found)
        try disk.place(bytes.bytes, at: torn.copy, in: layout.journal)
      }
      try file.truncate(to: size)
    }
    if !end.isEmpty { unsafe try file.write(end.span.bytes, at: size) }
    try file.synchronizeData()
  }
}

/// The end of a segment, after any repair.
struct Tail {
  let path: String
  let size: Int
  /// Where the last frame begins, or the header where there is no frame.
  let lastFrame: Int
  let chain: CRC32C

  /// Makes sure that everything that was read is on disk, and opens the segment for more.
  ///
  /// The last frame is written again: where its fdatasync failed in an earlier run, it can be read
  /// from memory and is not on disk, and another fdatasync would not write what the kernel holds to
  /// be clean. Frames before it were durable when it was written. For the same reason the end of
  /// the segment before is written again while the last one is empty.
  func makeDurable<D: Disk>(on disk: D) throws(SystemError) -> DiskFile<D> {
    let file = try DiskFile(path, .update, on: disk)
    var bytes = ByteBuffer()
    _ = try file.read(at: lastFrame, upTo: size - lastFrame, into: &bytes)
    try file.write(bytes.bytes, at: lastFrame)
    try file.synchronizeData()
    return file
  }
}
