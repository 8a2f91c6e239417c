import Glibc
import TesseraSystem

/// A program that was started, and must be waited for once.
struct ChildProcess: Sendable {
  enum End: Equatable {
    case exited(Int32)
    case signalled(Int32)
  }

  let identifier: pid_t

  /// Starts a program by its path.
  ///
  /// - Parameter standardError: nil leaves it as it is here.
  init(
    _ program: String, _ arguments: [String], environment: [String: String],
    standardError: CInt? = nil
  ) throws(SystemError) {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if let standardError {
      unsafe posix_spawn_file_actions_adddup2(&actions, standardError, STDERR_FILENO)
    }
    var words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    var settings = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer { unsafe (words + settings).forEach { unsafe free($0) } }
    var identifier: pid_t = 0
    let code = unsafe posix_spawn(&identifier, program, &actions, nil, &words, &settings)
    guard code == 0 else { throw SystemError("posix_spawn", errno: code, subject: program) }
    self.identifier = identifier
  }

  func send(_ signal: Int32) { kill(identifier, signal) }

  func wait() -> End {
    var status: CInt = 0
    while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? .exited(status >> 8 & 0xff) : .signalled(signal)
  }

  /// Runs a program to its end; whether it succeeded.
  static func succeeds(_ program: String, _ arguments: String...) throws(SystemError) -> Bool {
    try ChildProcess(program, arguments, environment: [:]).wait() == .exited(0)
  }
}
