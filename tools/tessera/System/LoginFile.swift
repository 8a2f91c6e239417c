import Glibc
import TesseraClient

/// The file that holds the token of a login: its owner's alone.
enum LoginFile {
  /// Where it is; nil where the environment names no home.
  static func path(_ environment: (String) -> String?) -> String? {
    ConnectionSettings.usualDirectory(environment).map { $0 + "/token" }
  }

  /// The same, where there is such a file.
  static func existing(_ environment: (String) -> String?) -> String? {
    path(environment).flatMap { unsafe access($0, F_OK) == 0 ? $0 : nil }
  }

  /// - Returns: whether there was such a file.
  static func remove(_ path: String) throws(CommandFailure) -> Bool {
    if unsafe unlink(path) == 0 { return true }
    guard errno == ENOENT else { throw failure("remove", path) }
    return false
  }

  /// A file beside the one that it is to replace. It is there before a token is issued, so that
  /// none is issued that cannot be kept.
  struct Draft: ~Copyable {
    private let path: String
    private let temporaryPath: String
    private let descriptor: CInt

    /// Makes the folders where they are missing.
    init(replacing path: String) throws(CommandFailure) {
      try LoginFile.makeFolders(above: path)
      var template = (path + ".XXXXXX").utf8CString.map(\.self)
      // The mode of what it makes is 0600.
      let descriptor = unsafe mkstemp(&template)
      guard descriptor >= 0 else { throw LoginFile.failure("write", path) }
      self.path = path
      self.descriptor = descriptor
      temporaryPath = String(
        decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
      close(descriptor)
      // Gone already where the value was kept.
      unsafe unlink(temporaryPath)
    }

    /// Puts the value in the place of what the file held, which is on disk on return.
    func keep(_ value: Secret) throws(CommandFailure) {
      let line = value.bytes + [UInt8(ascii: "\n")]
      let count = unsafe line.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      guard count == line.count, fsync(descriptor) == 0,
        unsafe rename(temporaryPath, path) == 0
      else { throw LoginFile.failure("write", path) }
    }
  }

  private static func makeFolders(above path: String) throws(CommandFailure) {
    var folder = ""
    for part in path.split(separator: "/").dropLast() {
      folder += (folder.isEmpty && !path.hasPrefix("/") ? "" : "/") + part
      if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
        throw failure("make the folder", folder)
      }
    }
  }

  private static func failure(_ act: String, _ path: String) -> CommandFailure {
    let reason = unsafe String(cString: strerror(errno))
    return CommandFailure(.fileError, "cannot \(act) \(path): \(reason)")
  }
}
