import ArgumentParser
import Glibc
import TesseraJournal
import TesseraSystem
import TesseraTLS

/// Why the daemon does not run, as its operator reads it, and the exit code of sysexits.h for it.
struct DaemonFailure: Error {
  let message: String
  let exitCode: Int32

  static func configuration(_ message: String) -> DaemonFailure {
    DaemonFailure(message: message, exitCode: EX_CONFIG)
  }

  static let disk = DaemonFailure(
    message: """
      the disk failed, and what was written since the last success may be lost; the log says where. \
      Check the disk, then start again
      """, exitCode: EX_IOERR)

  init(message: String, exitCode: Int32) {
    self.message = message
    self.exitCode = exitCode
  }

  init(_ error: any Error) {
    switch error {
    case let failure as DaemonFailure: self = failure
    case let error as JournalError:
      self.init(message: error.description, exitCode: DaemonFailure.code(error))
    case let error as TLSConfigurationError:
      self.init(message: error.description, exitCode: EX_CONFIG)
    case let error as SystemError where error.errno == EADDRINUSE:
      self.init(
        message: "\(error). Another process listens there; stop it, or choose another --listen.",
        exitCode: EX_UNAVAILABLE)
    case let error as SystemError: self.init(message: error.description, exitCode: EX_OSERR)
    default: self.init(message: "\(error)", exitCode: EX_SOFTWARE)
    }
  }

  private static func code(_ error: JournalError) -> Int32 {
    switch error {
    case .empty, .foreign, .exists: EX_CONFIG
    case .locked: EX_TEMPFAIL
    case .damaged, .otherAuthority, .unsupported: EX_DATAERR
    case .disk, .refused, .ended, .batchTooLarge: EX_IOERR
    }
  }
}

/// Runs a command's body; a failure becomes one message on standard error and its exit code.
func exitingCleanly(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch {
    let failure = DaemonFailure(error)
    StandardError.write("tesserad: \(failure.message)")
    throw ExitCode(failure.exitCode)
  }
}

enum StandardError {
  static func write(_ text: String) {
    let line = Array((text + "\n").utf8)
    // Nothing can be told to anyone where this fails.
    _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
  }
}
