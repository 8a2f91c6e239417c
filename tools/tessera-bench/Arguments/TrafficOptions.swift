import ArgumentParser
import TesseraModel

/// How much is asked, for how long, and what is told about it.
struct TrafficOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Connections, all open before the first call.", valueName: "N"))
  var connections: Int?

  @Option(help: ArgumentHelp("Calls in flight on each connection.", valueName: "N"))
  var depth = 1

  @Option(help: ArgumentHelp("How long calls are sent.", valueName: "S"))
  var seconds = 4.0

  @Option(
    help: ArgumentHelp(
      "The server's process, to print its processor time for each token.", valueName: "PID"))
  var pid: Int32?

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if let connections {
      guard (1...Limits.connectionsPerReactor).contains(connections) else {
        throw ValidationError("--connections is from 1 to \(Limits.connectionsPerReactor)")
      }
    }
    guard (1...Limits.callsInFlight).contains(depth) else {
      throw ValidationError("--depth is from 1 to \(Limits.callsInFlight)")
    }
    guard seconds > 0, seconds <= 86_400 else {
      throw ValidationError("--seconds is more than 0 and at most 86400")
    }
  }

  var nanoseconds: Int64 { Int64(seconds * 1e9) }
}

struct ReportOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("text: one line for people. json: one object.", valueName: "FORMAT"))
  var output = Format.text
}
