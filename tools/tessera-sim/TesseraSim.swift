import ArgumentParser
import Glibc
import Simulation
import TesseraSystem

/// Long runs of the simulator.
@main
struct TesseraSim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera-sim",
    abstract: "Crash a Tessera authority on a simulated disk, again and again.",
    discussion: """
      Each run has a seed, which brings exactly that run back: --seed N alone makes one run. With \
      --crashes or --seconds there are many, from the seed N on, or from one chosen at random; as \
      many at a time as there are processors.

      Exit codes: 0 nothing was lost and nothing came back; 1 a violation: its seed, and the last \
      steps before it, are on standard output; 2 a long run, of 10000 crashes or more, in which \
      something of what it is to try never came about; 64 usage.
      """)

  /// From here on everything that is tried must have come about.
  private static let longRunCrashes = 10_000

  @Option(help: ArgumentHelp("The run to make, or the first of many.", valueName: "N"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Go on until the machine has crashed so often.", valueName: "N"))
  var crashes: Int?

  @Option(help: ArgumentHelp("Go on for so long.", valueName: "N"))
  var seconds: Int?

  @Flag(help: "Print each step of a run, or the seed of each of many.")
  var verbose = false

  func validate() throws {
    if crashes != nil, seconds != nil {
      throw ValidationError("--crashes and --seconds exclude each other")
    }
    if let number = crashes ?? seconds, number < 1 {
      throw ValidationError("there is nothing to do: give a number from 1 on")
    }
  }

  func run() throws {
    if let seed, crashes == nil, seconds == nil { return try runOnce(seed) }
    let extent: Campaign.Extent =
      if let seconds { .seconds(seconds) } else { .crashes(crashes ?? 100_000) }
    let first = seed ?? .random(in: 0..<1 << 48)
    print("first seed \(first)")
    var campaign = Campaign(
      firstSeed: first, extent: extent, threads: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    if verbose { campaign.willRun = { print("seed \($0)") } }
    let start = SystemClock.monotonicNanoseconds()
    let result = try campaign.run()
    let seconds = Double(SystemClock.monotonicNanoseconds() - start) / 1e9
    try report(result.tally, result.violation, seconds)
  }

  private func runOnce(_ seed: UInt64) throws {
    var options = Simulation.Options(seed: seed)
    options.isVerbose = verbose
    let outcome = Simulation.run(options)
    print("seed \(seed), digest \(String(outcome.digest, radix: 16))")
    try report(outcome.tally, outcome.violation, nil)
  }

  private func report(_ tally: Tally, _ violation: Violation?, _ seconds: Double?) throws {
    print(
      """
      runs \(tally.runs), crashes \(tally.crashes), starts \(tally.starts) and \
      \(tally.startsCut) cut short, changes \(tally.changes), \
      violations \(violation == nil ? 0 : 1)
      """)
    print(tally.occurrences.map { "\($0.name) \($0.count)" }.joined(separator: ", "))
    if let seconds {
      print(
        "\(Int(seconds)) s, \(Int(Double(tally.crashes) / max(seconds, 0.001))) crashes a second")
    }
    if let violation {
      print(violation)
      print("again: tessera-sim --seed \(violation.seed)")
      throw ExitCode(1)
    }
    let missing = tally.occurrences.filter { $0.count == 0 }.map(\.name)
    if tally.crashes >= TesseraSim.longRunCrashes, !missing.isEmpty {
      print("the run shows too little: it never came to \(missing.joined(separator: ", "))")
      throw ExitCode(2)
    }
  }
}
