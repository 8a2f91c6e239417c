import ArgumentParser
import Glibc
import TesseraClient
import TesseraSystem

/// What every command needs.
struct RunOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The daemon (default: tesserad beside this program).", valueName: "FILE"))
  var daemon: String?

  @Option(help: ArgumentHelp("The same seed makes the same choices.", valueName: "N"))
  var seed: UInt64 = .random(in: 0...(.max))

  @Option(
    help: ArgumentHelp(
      "A new directory for the data; it is removed when all was well (default: one in TMPDIR).",
      valueName: "DIR"))
  var directory: String?

  func program() -> String {
    if let daemon { return daemon }
    var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = unsafe readlink("/proc/self/exe", &path, path.count - 1)
    let own = String(
      decoding: path.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    return own.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      .joined(separator: "/") + "/tesserad"
  }

  func makeDirectory() throws -> String {
    if let directory {
      guard unsafe mkdir(directory, 0o700) == 0 else {
        throw SystemError("mkdir", errno: errno, subject: directory)
      }
      return directory
    }
    let parent = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/var/tmp"
    var template = "\(parent)/tessera-torture.XXXXXX".utf8CString.map(\.self)
    guard unsafe mkdtemp(&template) != nil else {
      throw SystemError("mkdtemp", errno: errno, subject: parent)
    }
    return String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

/// Runs a command's body; a failure becomes one message on standard error and its exit code.
func exitingCleanly(_ body: () async throws -> Void) async throws {
  do {
    try await body()
  } catch let failure as TortureFailure {
    say(failure.description)
    throw ExitCode(failure.exitCode)
  } catch {
    say("it could not be tried: \(error)")
    throw ExitCode(EX_SOFTWARE)
  }
}

/// A line on standard error.
func say(_ text: String) {
  let line = Array("tessera-torture: \(text)\n".utf8)
  // Nothing can be told to anyone where this fails.
  _ = unsafe line.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
}
