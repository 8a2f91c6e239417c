import TesseraCrypto
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem

/// An ADMIN token for whoever holds the data directory, in a file that only its owner reads.
enum RootToken {
  /// Writes a new value to `path`, and then makes it count: a value that nobody has is never valid.
  static func issue(
    to path: String, _ placement: SmallFile.Placement, command: String,
    in authority: inout Authority<PosixDisk>
  ) throws -> TokenID {
    let prefix = TokenValue.prefix(kind: .admin, projects: nil, environment: nil)
    var value = TokenValue.make(prefix: prefix)
    var line = value + [UInt8(ascii: "\n")]
    defer {
      Cleanse.zero(&value)
      Cleanse.zero(&line)
    }
    try SmallFile.write(unsafe line.span.bytes, to: path, placement)
    let now = Timestamp(microseconds: SystemClock.wallMicroseconds())
    return try authority.issueRootToken(value, command: command, now: now)
  }
}
