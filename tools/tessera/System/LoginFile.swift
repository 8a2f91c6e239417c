import Glibc
import TesseraClient

/// The file that holds the token of a login: its owner's alone. Beside it stands the address of the
/// authority that issued it, so that no other is shown it.
enum LoginFile {
  /// Where it is; nil where the environment names no home.
  static func path(_ environment: (String) -> String?) -> String? {
    ConnectionSettings.usualDirectory(environment).map { $0 + "/token" }
  }

  /// The same, where there is such a file.
  static func existing(_ environment: (String) -> String?) -> String? {
    path(environment).flatMap { unsafe access($0, F_OK) == 0 ? $0 : nil }
  }

  /// The authority whose token the file holds; nil where that is not known.
  static func address(of path: String) -> String? {
    let contents = try? FileText.read(addressPath(path), upTo: addressBytes)
    guard let line = contents?.split(separator: UInt8(ascii: "\n")).first else { return nil }
    return String(decoding: line, as: UTF8.self)
  }

  private static let addressBytes = 1_024
  private static func addressPath(_ path: String) -> String { path + ".address" }

  /// - Returns: whether there was such a file.
  static func remove(_ path: String) throws(CommandFailure) -> Bool {
    unsafe unlink(addressPath(path))
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

    /// Puts the value in the place of what the file held, where it is when this returns. While the
    /// two files are not of one login, or where the address cannot be written, it is not known where
    /// the token is from.
    func keep(_ value: Secret, from address: String) throws(CommandFailure) {
      let line = value.bytes + [UInt8(ascii: "\n")]
      let count = unsafe line.withUnsafeBytes {
        unsafe write(descriptor, $0.baseAddress, $0.count)
      }
      guard count == line.count, fsync(descriptor) == 0 else {
        throw LoginFile.failure("write", path)
      }
      unsafe unlink(LoginFile.addressPath(path))
      guard unsafe rename(temporaryPath, path) == 0 else {
        throw LoginFile.failure("write", path)
      }
      // The token is kept: a login that failed now would leave one that nobody ended.
      try? LoginFile.writeLine(address, to: LoginFile.addressPath(path))
    }
  }

  private static func writeLine(_ line: String, to path: String) throws(CommandFailure) {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("write", path) }
    defer { close(descriptor) }
    let bytes = Array((line + "\n").utf8)
    guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else {
      throw failure("write", path)
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
