import ArgumentParser
import Glibc
import TesseraSystem
import TesseraTLS

/// Why nothing was measured: what was wrong and what to do, and the exit code of sysexits.h for it.
struct BenchFailure: Error, Equatable {
  let message: String
  let exitCode: Int32

  init(_ exitCode: Int32, _ message: String) {
    self.exitCode = exitCode
    self.message = message
  }

  static func unreachable(_ message: String) -> BenchFailure {
    BenchFailure(EX_UNAVAILABLE, message)
  }

  static func unusable(_ message: String) -> BenchFailure { BenchFailure(EX_CONFIG, message) }

  /// The measurement went through, and what was measured was not right.
  static func wrong(_ message: String) -> BenchFailure { BenchFailure(1, message) }

  init(_ error: any Error) {
    switch error {
    case let failure as BenchFailure: self = failure
    case let error as SystemError: self.init(EX_UNAVAILABLE, error.description)
    case let error as ResolutionError: self.init(EX_UNAVAILABLE, error.description)
    case let error as TLSConfigurationError: self.init(EX_CONFIG, error.description)
    default: self.init(EX_SOFTWARE, "\(error)")
    }
  }
}

/// Runs a command's body; a failure becomes one message on standard error and its exit code.
func exitingCleanly(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch {
    let failure = BenchFailure(error)
    StandardError.write("tessera-bench: \(failure.message)")
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
