import Glibc

/// Files that are read and written whole: certificates, keys, token files.
public enum SmallFile {
  /// The contents of the file; `EFBIG` where it holds more than `limit` bytes.
  public static func read(_ path: String, upTo limit: Int = 1 << 20) throws(SystemError) -> [UInt8]
  {
    let file = Descriptor(
      owning: try retrying("open", on: path) { unsafe open(path, O_RDONLY | O_CLOEXEC) })
    var contents: [UInt8] = []
    var block = [UInt8](repeating: 0, count: min(limit + 1, 16 << 10))
    defer {
      unsafe block.withUnsafeMutableBytes { unsafe explicit_bzero($0.baseAddress!, $0.count) }
    }
    while true {
      let count = try retrying("read", on: path) {
        unsafe Glibc.read(file.number, &block, block.count)
      }
      if count == 0 { return contents }
      contents += block[..<count]
      guard contents.count <= limit else { throw SystemError("read", errno: EFBIG, subject: path) }
    }
  }

  public enum Placement: Sendable {
    /// Fails with `EEXIST` where there is a file of that name.
    case new
    /// Takes the place of a file of that name, in one step.
    case replacing
  }

  /// Writes a file that is whole and on disk when this returns, or not there at all.
  ///
  /// - Parameter mode: who may read it; by default its owner alone.
  public static func write(
    _ contents: borrowing RawSpan, to path: String, _ placement: Placement, mode: mode_t = 0o600
  ) throws(SystemError) {
    // The process's number keeps two processes apart; within one, a path has one writer. What is
    // there of that name, an ended process left behind.
    let draft = "\(path).\(getpid()).draft"
    unsafe unlink(draft)
    try create(draft, contents, mode)
    do {
      switch placement {
      case .new:
        _ = try retrying("link", on: path) { unsafe link(draft, path) }
        unsafe unlink(draft)
      case .replacing: _ = try retrying("rename", on: path) { unsafe rename(draft, path) }
      }
    } catch {
      unsafe unlink(draft)
      throw error
    }
    try syncDirectory(of: path)
  }

  private static func create(
    _ path: String, _ contents: borrowing RawSpan, _ mode: mode_t
  ) throws(SystemError) {
    let file = Descriptor(
      owning: try retrying("open", on: path) {
        unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      })
    do {
      var offset = 0
      while offset < contents.byteCount {
        offset += try retrying("write", on: path) {
          unsafe contents.withUnsafeBytes { bytes in
            unsafe Glibc.write(file.number, bytes.baseAddress! + offset, bytes.count - offset)
          }
        }
      }
      _ = try retrying("fsync", on: path) { fsync(file.number) }
    } catch {
      unsafe unlink(path)
      throw error
    }
  }

  /// The name is on disk only when its directory is.
  private static func syncDirectory(of path: String) throws(SystemError) {
    let name: String =
      switch path.lastIndex(of: "/") {
      case nil: "."
      case path.startIndex?: "/"
      case let slash?: String(path[..<slash])
      }
    let directory = Descriptor(
      owning: try retrying("open", on: name) {
        unsafe open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      })
    _ = try retrying("fsync", on: name) { fsync(directory.number) }
  }
}
