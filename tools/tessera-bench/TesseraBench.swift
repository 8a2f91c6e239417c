import ArgumentParser

/// The load and scale benchmark: figures on standard output, words on standard error.
@main
struct TesseraBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera-bench",
    abstract: "Measure a Tessera authority, and its engine.",
    discussion: """
      Exit codes: 0 measured; 1 a call failed, or an answer was wrong; 64 usage; 69 the authority \
      cannot be reached or ended the connection; 78 a file that was named cannot be used.
      """,
    subcommands: [LoadCommand.self, IssueCommand.self, SnapshotsCommand.self, ScaleCommand.self])
}
