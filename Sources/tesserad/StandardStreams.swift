import Glibc

/// Words to the operator, and to whoever reads the log.
enum StandardError {
  static func write(_ text: String) {
    // Nothing can be told to anyone where this fails.
    _ = writeAll(text, to: STDERR_FILENO)
  }
}

/// What a command was asked for.
enum StandardOutput {
  /// Ends the process where nobody reads any more, as the standard tools do.
  static func write(_ text: String) {
    if !writeAll(text, to: STDOUT_FILENO) { exit(EX_IOERR) }
  }
}

/// One line, whole.
private func writeAll(_ text: String, to descriptor: CInt) -> Bool {
  var rest = Array((text + "\n").utf8)[...]
  while !rest.isEmpty {
    let count = unsafe rest.withUnsafeBytes {
      unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
    }
    if count < 0, errno == EINTR { continue }
    guard count > 0 else { return false }
    rest = rest.dropFirst(count)
  }
  return true
}
