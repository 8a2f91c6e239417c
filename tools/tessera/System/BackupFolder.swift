import Glibc
import TesseraClient

/// The directory that a backup is written into: its owner's alone, and durable when it is finished.
struct BackupFolder: Sendable {
  let path: String

  /// Makes the directory.
  init(new path: String) throws(CommandFailure) {
    // With a slash at its end the path would be taken for its own parent when that is synchronised.
    var name = path[...]
    while name.utf8.count > 1, name.hasSuffix("/") { name.removeLast() }
    let path = String(name)
    self.path = path
    try BackupFolder.make(path)
    for folder in BackupFolder.folders { try BackupFolder.make("\(path)/\(folder)") }
  }

  /// A new and empty file.
  ///
  /// - Parameter name: as the authority gives it; one that is no file of a data directory is
  ///   refused, so that nothing is written elsewhere.
  func create(_ name: String) throws(CommandFailure) -> BackupCopy {
    guard BackupFolder.isExpected(name) else {
      throw CommandFailure(
        .brokenProtocol, "the authority names a file that is none of a backup's: '\(name)'")
    }
    return try BackupCopy("\(path)/\(name)")
  }

  /// Makes the names durable.
  func finish() throws(CommandFailure) {
    for folder in BackupFolder.folders { try BackupFolder.synchronize("\(path)/\(folder)") }
    try BackupFolder.synchronize(path)
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    try BackupFolder.synchronize(parent)
  }

  /// `authority`, `journal/00000000000000000001.segment`, `snapshots/….snapshot`.
  static func isExpected(_ name: String) -> Bool {
    if name == "authority" { return true }
    for (folder, suffix) in zip(folders, [".segment", ".snapshot"])
    where name.hasPrefix(folder + "/") && name.hasSuffix(suffix) {
      let digits = name.utf8.dropFirst(folder.utf8.count + 1).dropLast(suffix.utf8.count)
      if digits.count == 20, digits.allSatisfy({ (48...57).contains($0) }) { return true }
    }
    return false
  }

  private static let folders = ["journal", "snapshots"]

  private static func make(_ path: String) throws(CommandFailure) {
    guard unsafe mkdir(path, 0o700) == 0 else {
      if errno == EEXIST {
        throw CommandFailure(.usage, "\(path) exists; a backup goes into a new directory")
      }
      throw failure("mkdir", path, "nothing was copied")
    }
  }

  private static func synchronize(_ path: String) throws(CommandFailure) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("fsync", path) }
  }

  fileprivate static func failure(
    _ call: String, _ path: String, _ outcome: String = "the backup is not whole, remove it"
  ) -> CommandFailure {
    let reason = unsafe String(cString: strerror(errno))
    return CommandFailure(.fileError, "\(path): \(call): \(reason); \(outcome)")
  }
}

/// One file of a backup, as it is written.
struct BackupCopy: ~Copyable, Sendable {
  private let descriptor: CInt
  private let path: String

  fileprivate init(_ path: String) throws(CommandFailure) {
    self.path = path
    let flags = O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
    descriptor = unsafe open(path, flags, 0o600)
    if descriptor < 0 { throw BackupFolder.failure("open", path) }
  }

  deinit { close(descriptor) }

  func append(_ bytes: [UInt8]) throws(CommandFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw BackupFolder.failure("write", path) }
      rest = rest.dropFirst(count)
    }
  }

  /// Makes the contents durable.
  func finish() throws(CommandFailure) {
    guard fsync(descriptor) == 0 else { throw BackupFolder.failure("fsync", path) }
  }
}
