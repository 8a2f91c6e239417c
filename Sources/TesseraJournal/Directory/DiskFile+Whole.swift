import TesseraBytes
import TesseraSystem

// How files come to be: whole, or not at all.
extension Disk {
  /// Puts a file of these contents at `path`. When it returns the file is durable, and in whatever
  /// way it ends early, there is either no such file or all of it.
  func place(
    _ contents: borrowing RawSpan, at path: String, in directory: String
  ) throws(SystemError) {
    let partial = path + Layout.partialSuffix
    do throws(SystemError) {
      let file = try DiskFile(partial, .create, on: self)
      try file.write(contents, at: 0)
      try file.synchronizeData()
    } catch {
      // It would take up room. Where it stays, the next start removes it.
      try? remove(partial)
      throw error
    }
    try rename(partial, to: path)
    try synchronizeDirectory(directory)
  }
}

extension DiskFile {
  /// The first bytes of the file, up to `count`.
  func beginning(_ count: Int) throws(SystemError) -> [UInt8] {
    var bytes = ByteBuffer()
    _ = try read(at: 0, upTo: count, into: &bytes)
    return bytes.bytes.array
  }
}
