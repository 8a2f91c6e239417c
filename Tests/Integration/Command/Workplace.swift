import Foundation
import Glibc
import TestTerminal
import Testing

/// A directory with a daemon for development, and somebody who runs `tessera` there.
final class Workplace {
  private let directory = TemporaryDirectory()
  private let daemon: DaemonProcess
  /// What the commands find in their environment.
  var environment: [String: String]

  /// - Parameter settings: what the daemon finds in its environment.
  init(settings: [String: String] = [:]) throws {
    daemon = try DaemonProcess(
      ["serve", "--dev", "--data", directory.file(".tessera"), "--listen", "127.0.0.1:0"],
      environment: settings)
    let line = try daemon.waitForLine("ready on ")
    environment = [
      "PATH": Workplace.programs + ":/usr/bin:/bin", "HOME": directory.path,
      "TESSERA_ADDRESS": line.split(separator: " ").last.map(String.init) ?? "",
      "TESSERA_CA": ".tessera/tls/ca.pem", "TESSERA_TOKEN_FILE": ".tessera/root.token",
    ]
  }

  /// Where the programs are that were built beside the tests' own.
  static let programs = URL(fileURLWithPath: DaemonProcess.program).deletingLastPathComponent().path

  /// Stops the daemon, and returns when it has ended.
  func stopDaemon() {
    daemon.send(SIGTERM)
    _ = daemon.wait()
  }

  func file(_ name: String) -> String { directory.file(name) }

  /// Runs `tessera` to its end.
  func tessera(
    _ arguments: String..., input: String? = nil
  ) throws -> CommandProcess.Ended {
    try start(arguments, input: input.map { .text($0) } ?? .nothing).wait()
  }

  /// The same, where it has to succeed.
  ///
  /// - Returns: what it printed as data.
  @discardableResult
  func must(
    _ arguments: String..., input: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    let ended = try start(arguments, input: input.map { .text($0) } ?? .nothing).wait()
    #expect(ended.code == 0, "\(arguments): \(ended.words)", sourceLocation: sourceLocation)
    return ended.data
  }

  /// Runs it at a terminal, where a person types an answer to each question.
  func atTerminal(
    _ arguments: String..., answering answers: KeyValuePairs<String, String> = [:]
  ) throws -> CommandProcess.Ended {
    let terminal = try PseudoTerminal()
    let process = try start(arguments, input: .terminal(terminal))
    return try process.wait(having: terminal.answer(answers.map { ($0.key, $0.value + "\n") }))
  }

  func start(
    _ arguments: [String], input: CommandProcess.Input, showsData: Bool = false
  ) throws -> CommandProcess {
    try CommandProcess(
      Workplace.programs + "/tessera", arguments, environment: environment, in: directory.path,
      input: input, showsData: showsData)
  }

  /// Runs a line of shell.
  func shell(
    _ script: String, answering answers: KeyValuePairs<String, String> = [:]
  ) throws -> CommandProcess.Ended {
    let terminal = answers.isEmpty ? nil : try PseudoTerminal()
    let process = try CommandProcess(
      "/bin/bash", ["-e", "-c", script], environment: environment, in: directory.path,
      input: terminal.map { .terminal($0) } ?? .nothing)
    let seen = terminal?.answer(answers.map { ($0.key, $0.value + "\n") })
    return try process.wait(having: seen ?? PseudoTerminal.Seen())
  }
}

extension String {
  /// What stands behind the name in JSON output, a text or a number.
  func member(_ name: String) -> String? {
    guard let start = range(of: "\"\(name)\":")?.upperBound else { return nil }
    let rest = self[start...]
    return rest.hasPrefix("\"")
      ? String(rest.dropFirst().prefix { $0 != "\"" })
      : String(rest.prefix { !",}]".contains($0) })
  }

  /// The first token's id in it.
  var tokenID: String? {
    guard let start = range(of: "tok_")?.lowerBound else { return nil }
    return String(self[start...].prefix(30))
  }
}
