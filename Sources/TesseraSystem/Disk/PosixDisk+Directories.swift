import Glibc
import Synchronization

extension PosixDisk {
  public func createDirectory(_ path: String) throws(SystemError) {
    do {
      _ = try retrying("mkdir", on: path) { unsafe mkdir(path, 0o700) }
    } catch  where error.errno == EEXIST {
      // Whatever has that name: what is done in it next says whether it is a directory.
    }
  }

  public func entries(of directory: String) throws(SystemError) -> [String] {
    guard let stream = unsafe opendir(directory) else {
      throw SystemError("opendir", errno: errno, subject: directory)
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(stream) else { break }
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    if errno != 0 { throw SystemError("readdir", errno: errno, subject: directory) }
    return names
  }

  public func rename(_ path: String, to newPath: String) throws(SystemError) {
    _ = try retrying("rename", on: path) { unsafe Glibc.rename(path, newPath) }
  }

  public func remove(_ path: String) throws(SystemError) {
    _ = try retrying("unlink", on: path) { unsafe unlink(path) }
  }

  public func synchronizeDirectory(_ path: String) throws(SystemError) {
    let descriptor = try directories.descriptor(of: path)
    _ = try retrying("fsync", on: path) { fsync(descriptor) }
  }
}

/// Directories that are open, by their paths. They are few: those of one data directory.
final class HeldDirectories: Sendable {
  private let held = Mutex<[String: Int32]>([:])

  deinit {
    held.withLock { for descriptor in $0.values { _ = Glibc.close(descriptor) } }
  }

  func descriptor(of path: String) throws(SystemError) -> Int32 {
    try held.withLock { held throws(SystemError) in
      if let descriptor = held[path] { return descriptor }
      let descriptor = try retrying("open", on: path) {
        unsafe Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      }
      held[path] = descriptor
      return descriptor
    }
  }
}
