import ArgumentParser
import TesseraModel

struct SnapshotsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshots",
    abstract: "Validate at a rate, in turn while no snapshot is written and while one is.",
    discussion: """
      Latency is counted from a call's place in the schedule, and each percentile is the median of \
      the rounds. The caller needs tokens.validate and server.operate.
      """)

  @OptionGroup var authority: AuthorityOptions

  @Option(help: ArgumentHelp("Token values, one a line.", valueName: "FILE"))
  var tokens: String

  @Option(help: ArgumentHelp("Calls a second in all, whatever the server does.", valueName: "R"))
  var rate: Double

  @Option(help: ArgumentHelp("Connections, all open before the first call.", valueName: "N"))
  var connections = 16

  @Option(help: ArgumentHelp("Snapshots, each after a time without one.", valueName: "N"))
  var rounds = 5

  @Option(help: ArgumentHelp("How long that time is.", valueName: "S"))
  var quietSeconds = 4.0

  @OptionGroup var report: ReportOptions

  func validate() throws {
    guard rate > 0, rate <= 1e8 else { throw ValidationError("--rate is more than 0") }
    guard (1...Limits.connectionsPerReactor).contains(connections) else {
      throw ValidationError("--connections is from 1 to \(Limits.connectionsPerReactor)")
    }
    guard rounds >= 1 else { throw ValidationError("--rounds is at least 1") }
    guard quietSeconds > 0, quietSeconds <= 3600 else {
      throw ValidationError("--quiet-seconds is more than 0 and at most 3600")
    }
  }

  func run() throws {
    try exitingCleanly {
      let peer = try authority.peer()
      let values = try TokenValues(bytes: try readFile(tokens, upTo: 8 << 30), name: tokens)
      var asker = try SnapshotAsker(to: peer)
      var generator = try Generator(
        ValidateWork(values, EncodedQuestion(), seed: 1), to: peer, connections: connections,
        depth: Limits.callsInFlight)
      let measured = try SnapshotRounds.measure(
        &generator, &asker, rounds: rounds, quietNanoseconds: Int64(quietSeconds * 1e9),
        callsPerSecond: rate)
      measured.figures.write(as: report.output)
      if let complaint = measured.complaint { throw BenchFailure.wrong(complaint) }
    }
  }
}
