import ArgumentParser
import TesseraClient
import TesseraSystem

/// Real authorities under load, to which happens what must not matter. Figures on standard output,
/// words on standard error.
@main
struct TesseraTorture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera-torture",
    abstract: "Kill a Tessera authority, or fill its disk, and check what it acknowledged.",
    discussion: """
      Exit codes: 0 all was as it must be; 1 something acknowledged was lost, or an answer was wrong; \
      64 usage; 77 the system does not permit it; 70 it could not be tried.
      """,
    subcommands: [KillCommand.self, FullDiskCommand.self])
}

/// Why nothing was found out, or what was found.
struct TortureFailure: Error, CustomStringConvertible {
  let exitCode: Int32
  let description: String

  init(_ exitCode: Int32, _ description: String) {
    self.exitCode = exitCode
    self.description = description
  }

  /// What was tried went through, and what was found must not be.
  static func wrong(_ what: String) -> TortureFailure { TortureFailure(1, what) }
}
