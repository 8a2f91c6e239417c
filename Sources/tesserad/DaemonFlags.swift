import ArgumentParser
import Configuration

/// The flags of `serve`. One that is not given leaves its setting to the other sources.
struct DaemonFlags: ParsableArguments, Sendable {
  @Option(help: ArgumentHelp("A YAML file with settings.", valueName: "FILE"))
  var config: String?

  @Option(help: ArgumentHelp("The directory of the authority's data.", valueName: "DIR"))
  var data: String?

  @Option(help: ArgumentHelp("Where to listen (default: 127.0.0.1:7420).", valueName: "HOST:PORT"))
  var listen: String?

  @Option(
    help: ArgumentHelp("Threads that serve connections (default: one a core).", valueName: "N"))
  var reactors: Int?

  @Option(help: ArgumentHelp("The certificate chain, in PEM.", valueName: "FILE"))
  var certificate: String?

  @Option(help: ArgumentHelp("The certificate's private key, in PEM.", valueName: "FILE"))
  var key: String?

  @Option(help: ArgumentHelp("trace, debug, info, notice, warning or error.", valueName: "LEVEL"))
  var logLevel: String?

  @Option(
    help: ArgumentHelp(
      "Whether users' changes need their password again (default: true).",
      valueName: "true|false"))
  var confirmChanges: Bool?

  @Option(
    help: ArgumentHelp(
      "How long tokens are kept that expired or were revoked (default: 90d).",
      valueName: "TIME|never"))
  var purgeAfter: String?

  @Option(help: ArgumentHelp("How many events are kept (default: 100000).", valueName: "N"))
  var eventsKept: Int?

  @Option(
    help: ArgumentHelp("How long events are kept (default: 90d).", valueName: "TIME|never"))
  var eventsKeptFor: String?

  /// The flags that were given, under their settings' names.
  var values: [AbsoluteConfigKey: ConfigValue] {
    var values: [AbsoluteConfigKey: ConfigValue] = [:]
    func set(_ key: AbsoluteConfigKey, _ text: String?) {
      if let text { values[key] = ConfigValue(.string(text), isSecret: false) }
    }
    set(["data"], data)
    set(["listen"], listen)
    set(["tls", "certificate"], certificate)
    set(["tls", "key"], key)
    set(["log", "level"], logLevel)
    set(["purgeAfter"], purgeAfter)
    set(["events", "keptFor"], eventsKeptFor)
    if let confirmChanges {
      values[["confirmChanges"]] = ConfigValue(.bool(confirmChanges), isSecret: false)
    }
    if let eventsKept {
      values[["events", "kept"]] = ConfigValue(.int(eventsKept), isSecret: false)
    }
    if let reactors { values[["reactors"]] = ConfigValue(.int(reactors), isSecret: false) }
    return values
  }
}
