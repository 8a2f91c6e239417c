import CLinux
import Glibc

/// The machine's own files. Directories that were synchronised once stay open for as long as the
/// disk is in use: what has to be made durable does not depend on a descriptor being free.
public struct PosixDisk: Disk {
  let directories = HeldDirectories()

  public init() {}

  public func open(_ path: String, _ mode: FileMode) throws(SystemError) -> FileNumber {
    let flags =
      switch mode {
      case .read: O_RDONLY
      case .update: O_RDWR
      case .create: O_RDWR | O_CREAT | O_TRUNC
      case .lock: O_RDWR | O_CREAT
      }
    let descriptor = try retrying("open", on: path) {
      unsafe Glibc.open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }
    return FileNumber(rawValue: descriptor)
  }

  public func close(_ file: FileNumber) {
    // Linux has released the number whatever the result, and all that matters was synchronised.
    _ = Glibc.close(file.rawValue)
  }

  public func size(of file: FileNumber) throws(SystemError) -> Int {
    var status = stat()
    _ = try retrying("fstat") { unsafe fstat(file.rawValue, &status) }
    return Int(status.st_size)
  }

  public func read(
    _ file: FileNumber, at offset: Int, into room: UnsafeMutableRawBufferPointer
  ) throws(SystemError) -> Int {
    try retrying("pread") {
      unsafe pread(file.rawValue, room.baseAddress, room.count, off_t(offset))
    }
  }

  public func write(
    _ file: FileNumber, at offset: Int, _ bytes: borrowing RawSpan
  ) throws(SystemError) -> Int {
    var result = 0
    while true {
      result = unsafe bytes.withUnsafeBytes {
        unsafe pwrite(file.rawValue, $0.baseAddress, $0.count, off_t(offset))
      }
      if result >= 0 { return result }
      if errno != EINTR { throw SystemError("pwrite", errno: errno) }
    }
  }

  public func truncate(_ file: FileNumber, to size: Int) throws(SystemError) {
    _ = try retrying("ftruncate") { ftruncate(file.rawValue, off_t(size)) }
  }

  public func allocate(
    _ file: FileNumber, from offset: Int, count: Int
  ) throws(SystemError) {
    _ = try retrying("fallocate") {
      tessera_fallocate_keep_size(file.rawValue, off_t(offset), off_t(count))
    }
  }

  public func synchronizeData(_ file: FileNumber) throws(SystemError) {
    // Interrupted is not failed: nothing was reported as lost.
    _ = try retrying("fdatasync") { fdatasync(file.rawValue) }
  }

  public func dropCache(of file: FileNumber) throws(SystemError) {
    // Unlike other calls it returns what went wrong.
    let code = posix_fadvise(file.rawValue, 0, 0, POSIX_FADV_DONTNEED)
    if code != 0 { throw SystemError("posix_fadvise", errno: code) }
  }

  public func lock(_ file: FileNumber) throws(SystemError) -> Bool {
    do {
      _ = try retrying("flock") { flock(file.rawValue, LOCK_EX | LOCK_NB) }
      return true
    } catch  where error.errno == EWOULDBLOCK {
      return false
    }
  }
}
