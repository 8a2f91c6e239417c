import Glibc
import SystemPackage
import TesseraSystem

/// Paths as they are opened and shown: whole, so that an error says which file is meant wherever
/// the daemon was started.
enum AbsolutePath {
  /// - Parameter folder: what a path is relative to; nil is the working directory.
  static func of(_ path: String, in folder: FilePath? = nil) throws(SystemError) -> FilePath {
    var whole = FilePath(path)
    if whole.isRelative {
      let start = if let folder { folder } else { try workingDirectory() }
      whole = start.pushing(whole)
    }
    // `..` stays: it may come after a link, which the kernel follows first.
    whole.components.removeAll { $0.kind == .currentDirectory }
    return whole
  }

  private static func workingDirectory() throws(SystemError) -> FilePath {
    guard let path = unsafe getcwd(nil, 0) else { throw SystemError("getcwd", errno: errno) }
    defer { unsafe free(path) }
    return FilePath(unsafe String(cString: path))
  }
}
