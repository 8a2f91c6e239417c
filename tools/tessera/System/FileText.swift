import Glibc

/// Small files and streams, read whole.
enum FileText {
  struct Unreadable: Error, Equatable {
    let path: String
    let reason: String
    let isMissing: Bool
  }

  /// The file's bytes, up to `limit` and one more, which tells that there is more.
  static func read(_ path: String, upTo limit: Int) throws(Unreadable) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Unreadable(
        path: path, reason: unsafe String(cString: strerror(errno)), isMissing: errno == ENOENT)
    }
    defer { close(descriptor) }
    return read(descriptor, upTo: limit)
  }

  static func read(_ descriptor: CInt, upTo limit: Int) -> [UInt8] {
    var contents: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while contents.count <= limit {
      let count = unsafe Glibc.read(descriptor, &block, block.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      contents += block[..<count]
    }
    return Array(contents.prefix(limit + 1))
  }
}
