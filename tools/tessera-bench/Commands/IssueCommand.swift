import ArgumentParser
import TesseraBytes
import TesseraModel
import TesseraSystem

struct IssueCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Issue tokens as fast as the authority makes them durable.",
    discussion: """
      It really issues them: CLIENT tokens of the project 'default', with names of \
      \(BenchName.byteCount) bytes, that never expire.
      """)

  @OptionGroup var authority: AuthorityOptions
  @OptionGroup var traffic: TrafficOptions

  @Option(help: ArgumentHelp("Stop after so many, whatever --seconds says.", valueName: "N"))
  var count: Int?

  @Option(
    help: ArgumentHelp(
      "A new file for the values, one a line, readable by its owner alone.", valueName: "FILE"))
  var valuesFile: String?

  func validate() throws {
    if let count, !(1...Limits.tokens).contains(count) {
      throw ValidationError("--count is from 1 to \(Limits.tokens)")
    }
  }

  func run() throws {
    try exitingCleanly {
      let connections = traffic.connections ?? 64
      var generator = try Generator(
        IssueWork(count: count, keepsValues: valuesFile != nil), to: try authority.peer(),
        connections: connections, depth: traffic.depth)
      try generator.run(
        nanoseconds: count == nil ? traffic.nanoseconds : Int64.max / 2, callsPerSecond: nil,
        server: traffic.pid.map(ServerProcess.init))
      if let valuesFile { try keep(generator.work.values, in: valuesFile) }
      let tally = generator.tally
      tally.figures("issues", connections: connections, depth: traffic.depth)
        .write(as: traffic.report.output)
      if let complaint = tally.complaint { throw BenchFailure.wrong(complaint) }
    }
  }

  private func keep(_ values: [UInt8], in path: String) throws(BenchFailure) {
    do { try SmallFile.write(unsafe values.span.bytes, to: path, .new) } catch {
      throw .unusable(error.description)
    }
  }
}
