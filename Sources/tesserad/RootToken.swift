import Glibc
import TesseraCrypto
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem

/// An ADMIN token for whoever holds the data directory, in a file that only its owner reads.
enum RootToken {
  /// Refuses a file that could not be written, before anything is made.
  static func requireNew(_ path: String) throws {
    var status = stat()
    if unsafe lstat(path, &status) == 0 {
      throw DaemonFailure(
        message: "\(path) exists; the token goes to a new file: name another, or remove that one",
        exitCode: EX_CANTCREAT)
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    if unsafe access(folder, W_OK) != 0 {
      throw DaemonFailure(
        message: "\(SystemError("access", errno: errno, subject: folder)); "
          + "the token's file needs a directory that is there and can be written",
        exitCode: EX_CANTCREAT)
    }
  }

  /// Writes a new value to `path`, and then makes it count: a value that nobody has is never valid.
  static func issue(
    to path: String, _ placement: SmallFile.Placement, command: String,
    in authority: inout Authority<PosixDisk>
  ) throws -> TokenID {
    try write(to: path, placement) { value throws(JournalError) in
      try authority.issueRootToken(value, command: command, now: .now)
    }
  }

  /// The same, where `issue` makes the value count.
  static func write(
    to path: String, _ placement: SmallFile.Placement,
    issue: ([UInt8]) throws(JournalError) -> TokenID
  ) throws -> TokenID {
    let prefix = TokenValue.prefix(kind: .admin, projects: nil, environment: nil)
    var value = TokenValue.make(prefix: prefix)
    var line = value + [UInt8(ascii: "\n")]
    defer {
      Cleanse.zero(&value)
      Cleanse.zero(&line)
    }
    try SmallFile.write(unsafe line.span.bytes, to: path, placement)
    do {
      return try issue(value)
    } catch {
      // It opens nothing, and would be in the way of the next attempt.
      if case .refused = error, placement == .new { try? PosixDisk().remove(path) }
      throw error
    }
  }
}

extension Timestamp {
  static var now: Timestamp { Timestamp(microseconds: SystemClock.wallMicroseconds()) }
}
