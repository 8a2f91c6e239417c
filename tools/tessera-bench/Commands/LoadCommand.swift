import ArgumentParser
import TesseraModel

struct LoadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Validate tokens as fast as one thread can, or at a rate.",
    discussion: """
      Latency is counted from when a request was due: with --rate from its place in the schedule, \
      otherwise from the answer that made room for it.
      """)

  @OptionGroup var authority: AuthorityOptions
  @OptionGroup var traffic: TrafficOptions

  @Option(help: ArgumentHelp("Token values, one a line.", valueName: "FILE"))
  var tokens: String?

  @Option(help: ArgumentHelp("Calls a second in all, whatever the server does.", valueName: "R"))
  var rate: Double?

  @Option(help: ArgumentHelp("ValidateBatch, with so many tokens a call.", valueName: "N"))
  var batch: Int?

  @Option(help: ArgumentHelp("Ask whether the token opens this project.", valueName: "ID"))
  var project: String?

  @Option(help: ArgumentHelp("Ask whether it is for this environment.", valueName: "ID"))
  var environment: String?

  @Option(help: ArgumentHelp("Ask whether it may call this method.", valueName: "NAME"))
  var method: String?

  @Option(help: ArgumentHelp("The same seed asks for the same tokens.", valueName: "N"))
  var seed: UInt64 = 1

  @Flag(help: "Instead: open and close connections, so many at a time as --connections says.")
  var handshakes = false

  func validate() throws {
    guard handshakes || tokens != nil else {
      throw ValidationError("--tokens FILE is needed, one value a line; or --handshakes")
    }
    if let rate, !(rate > 0 && rate <= 1e8) { throw ValidationError("--rate is more than 0") }
    if let batch, !(1...Limits.batchValidations).contains(batch) {
      throw ValidationError("--batch is from 1 to \(Limits.batchValidations)")
    }
  }

  func run() throws {
    try exitingCleanly {
      let connections = traffic.connections ?? 16
      let peer = try authority.peer()
      let server = traffic.pid.map(ServerProcess.init)
      if handshakes {
        let figures = try HandshakeRun.measure(
          peer, atOnce: connections, nanoseconds: traffic.nanoseconds, server)
        figures.write(as: traffic.report.output)
        return
      }
      guard let tokens else { return }
      let values = try TokenValues(bytes: try readFile(tokens, upTo: 8 << 30), name: tokens)
      if let batch {
        try checkFits(batch, values)
        try measure(
          ValidateBatchWork(values, try question(), seed: seed, batch: batch), peer, server)
      } else {
        try measure(ValidateWork(values, try question(), seed: seed), peer, server)
      }
    }
  }

  private func measure(_ work: some Work, _ peer: Peer, _ server: ServerProcess?) throws {
    let connections = traffic.connections ?? 16
    var generator = try Generator(work, to: peer, connections: connections, depth: traffic.depth)
    try generator.run(nanoseconds: traffic.nanoseconds, callsPerSecond: rate, server: server)
    let tally = generator.tally
    tally.figures("tokens", connections: connections, depth: traffic.depth)
      .write(as: traffic.report.output)
    if let complaint = tally.complaint { throw BenchFailure.wrong(complaint) }
  }

  private func question() throws -> EncodedQuestion {
    EncodedQuestion(
      project: try name(project, "--project"), environment: try name(environment, "--environment"),
      method: try name(method, "--method"))
  }

  private func name<ID: Name>(_ text: String?, _ option: String) throws -> ID? {
    guard let text else { return nil }
    do { return try ID(text) } catch { throw BenchFailure.unusable("\(option) \(text): \(error)") }
  }

  /// A batch must fit one frame, whichever values are picked.
  private func checkFits(_ batch: Int, _ values: TokenValues) throws {
    let longest = values.longest
    let each = try question().requestBytes(valueBytes: longest) + 3
    guard each * batch + 16 <= Limits.frameLength else {
      throw BenchFailure.unusable(
        "--batch \(batch): with values of \(longest) bytes at most \((Limits.frameLength - 16) / each)"
          + " fit a frame of \(Limits.frameLength) bytes")
    }
  }
}
