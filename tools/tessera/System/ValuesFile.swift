import Glibc
import TesseraClient

/// The file that values are appended to as they are issued, one a line: its owner's alone.
struct ValuesFile: ~Copyable, Sendable {
  private let descriptor: CInt
  private let path: String

  /// Opens the file for appending, or makes it with mode 0600. One that others may read or write is
  /// refused, as is what is no file.
  init(_ path: String) throws(CommandFailure) {
    self.path = path
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    descriptor = unsafe open(path, flags, 0o600)
    if descriptor < 0 { throw ValuesFile.failure("open", path) }
    try check()
  }

  private func check() throws(CommandFailure) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw ValuesFile.failure("stat", path) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw CommandFailure(.usage, "\(path) is not a file; name one for the values")
    }
    guard status.st_mode & 0o077 == 0 else {
      let mode = String(status.st_mode & 0o777, radix: 8)
      throw CommandFailure(
        .usage, "\(path) has mode \(mode) and others may use it; run: chmod 600 \(path)")
    }
  }

  /// Leaves no empty file behind, where there was nothing to be written.
  func removeIfEmpty() {
    var status = stat()
    if unsafe fstat(descriptor, &status) == 0, status.st_size == 0 { unsafe unlink(path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Appends a line in one write.
  func append(_ value: Secret) throws(CommandFailure) {
    let line = value.bytes + [UInt8(ascii: "\n")]
    var offset = 0
    while offset < line.count {
      let count = unsafe line.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress! + offset, $0.count - offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw ValuesFile.failure("write", path) }
      offset += count
    }
  }

  /// Returns when everything is on disk.
  func sync() throws(CommandFailure) {
    guard fsync(descriptor) == 0 else { throw ValuesFile.failure("fsync", path) }
  }

  private static func failure(_ call: String, _ path: String) -> CommandFailure {
    let reason = unsafe String(cString: strerror(errno))
    return CommandFailure(.fileError, "cannot \(call) \(path): \(reason)")
  }
}
