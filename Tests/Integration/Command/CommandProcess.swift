import Foundation
import Glibc
import TestTerminal

/// A program that is run to its end, what it prints kept in files: data and words apart, or as a
/// terminal shows them.
final class CommandProcess {
  /// How it ended and what it said.
  struct Ended {
    var code: Int32
    /// Standard output.
    var data: String
    /// Standard error; on a terminal, what the person there saw.
    var words: String
    /// Whether each answer was shown while it was typed.
    var echoes: [Bool] = []

    var lines: [Substring] { data.split(separator: "\n") }
  }

  enum Input {
    case nothing
    case text(String)
    /// The person at it sees standard error too.
    case terminal(PseudoTerminal)
  }

  private let process = Process()
  private let folder = TemporaryDirectory()
  private let ended = DispatchSemaphore(value: 0)
  private let input: Input
  private let showsData: Bool
  private static let patience = DispatchTimeInterval.seconds(60)

  /// Starts it.
  ///
  /// - Parameter showsData: whether the terminal shows standard output as well.
  init(
    _ program: String, _ arguments: [String], environment: [String: String], in directory: String,
    input: Input = .nothing, showsData: Bool = false
  ) throws {
    self.input = input
    self.showsData = showsData
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = environment
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    process.terminationHandler = { [ended] _ in ended.signal() }
    let data = try open("data")
    let words = try open("words")
    switch input {
    case .nothing: process.standardInput = FileHandle.nullDevice
    case .text(let text):
      Files.write(text.utf8, to: folder.file("input"))
      process.standardInput = try open("input")
    case .terminal(let terminal):
      process.standardInput = handle(terminal)
    }
    if case .terminal(let terminal) = input {
      process.standardError = handle(terminal)
      process.standardOutput = showsData ? handle(terminal) : data
    } else {
      process.standardError = words
      process.standardOutput = data
    }
    try process.run()
  }

  /// Closed on exec, so that no other process holds what is this one's.
  private func open(_ name: String) throws -> FileHandle {
    let descriptor = unsafe Glibc.open(folder.file(name), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw TestFailure("open \(name): \(errno)") }
    return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  private func handle(_ terminal: PseudoTerminal) -> FileHandle {
    FileHandle(fileDescriptor: terminal.program, closeOnDealloc: false)
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for its end; what is not over in a minute never is.
  func wait(having seen: PseudoTerminal.Seen = PseudoTerminal.Seen()) throws -> Ended {
    guard ended.wait(timeout: .now() + CommandProcess.patience) == .success else {
      process.terminate()
      throw TestFailure("it did not end: \(process.arguments ?? [])")
    }
    var words = Files.text(folder.file("words")) ?? ""
    if case .terminal(let terminal) = input { words = seen.text + terminal.rest() }
    return Ended(
      code: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus,
      data: Files.text(folder.file("data")) ?? "", words: words, echoes: seen.echoes)
  }
}
