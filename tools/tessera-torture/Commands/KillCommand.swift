import ArgumentParser
import TesseraClient
import TesseraSystem

struct KillCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill", abstract: "SIGKILL the daemon again and again while it is written to.",
    discussion: """
      Each writer has a connection and several changes in flight on it: three issues to a \
      revocation. The daemon has the smallest segments there are, and writes a snapshot every second \
      and every MiB. After each kill it is started again, and everything that was acknowledged since \
      the beginning is validated.
      """)

  @OptionGroup var options: RunOptions

  @Option(help: ArgumentHelp("How often the daemon is killed.", valueName: "N"))
  var kills = 200

  @Option(help: ArgumentHelp("Writers, each with a connection.", valueName: "N"))
  var writers = 32

  @Option(help: ArgumentHelp("Changes in flight on each connection.", valueName: "N"))
  var depth = 4

  @Option(
    help: ArgumentHelp("The longest that it serves before a kill.", valueName: "MILLISECONDS"))
  var longest: Int64 = 600

  func run() async throws {
    try await exitingCleanly {
      let directory = try options.makeDirectory()
      say("seed \(options.seed), data in \(directory)")
      var run = KillRun(
        program: options.program(), data: directory + "/data", seed: options.seed,
        writers: writers, depth: depth, longestMilliseconds: longest)
      while run.kills < kills { try await run.round() }
      try await run.finish()
      print(run.summary)
      guard run.findings.lost == 0, run.findings.revived == 0 else {
        throw TortureFailure.wrong("acknowledged changes are gone; the data is in \(directory)")
      }
      _ = try ChildProcess.succeeds("/bin/rm", "-rf", directory)
    }
  }
}
