import TesseraSystem
import Yams

/// The settings that there are. One that is written and does not exist is an error: passed over, a
/// slip of the pen would leave its default in force.
enum SettingNames {
  static let all: Set<String> = [
    "data", "listen", "reactors", "log.level",
    "tls.certificate", "tls.key", "tls.minimumVersion", "tls.clientAuthority", "tls.clients",
    "timeouts.handshakeSeconds", "timeouts.idleSeconds", "timeouts.drainSeconds",
    "snapshots.intervalSeconds", "snapshots.journalMebibytes", "journal.segmentMebibytes",
    "journal.reserveMebibytes", "onDiskFailure",
    "confirmChanges", "tokensPerUser", "sortedMatches", "purgeAfter", "events.kept",
    "events.keptFor", "proxyClientKeys",
  ]

  /// What the environment calls them: `TESSERAD_TLS_MINIMUM_VERSION`.
  static let variables: Set<String> = Set(all.map(variable))

  static let variablePrefix = "TESSERAD_"

  private static func variable(_ name: String) -> String {
    name.reduce(into: variablePrefix) { variable, letter in
      switch letter {
      case ".": variable += "_"
      case _ where letter.isUppercase: variable += "_\(letter)"
      default: variable += letter.uppercased()
      }
    }
  }

  /// Checks the names in the environment. No value is ever shown.
  static func check(environment: [String: String]) throws {
    let wrong = environment.keys.sorted().first { name in
      name.hasPrefix(variablePrefix) && !variables.contains(name)
        && !isOfKubernetes(name, environment[name] ?? "")
    }
    guard let wrong else { return }
    throw DaemonFailure.configuration(
      "the environment's \(wrong) is no setting; \(meant(wrong, among: variables))")
  }

  /// Kubernetes gives every container such variables about services that are called `tesserad`, or
  /// `tesserad-metrics`: after the service's name come `SERVICE_HOST`, `SERVICE_PORT`, which the
  /// name of a port may follow, `PORT`, and what `isOfPort` knows.
  private static func isOfKubernetes(_ name: String, _ value: String) -> Bool {
    let words = name.split(separator: "_").dropFirst()
    if words.last == "PORT", value.contains("://") { return true }
    return words.indices.contains { index in
      let end = words[index...]
      return end.elementsEqual(["SERVICE", "HOST"]) || end.starts(with: ["SERVICE", "PORT"])
        || isOfPort(Array(end))
    }
  }

  /// `PORT_7420_TCP`, perhaps with `_ADDR`, `_PORT` or `_PROTO`.
  private static func isOfPort(_ words: [Substring]) -> Bool {
    guard 3...4 ~= words.count, words[0] == "PORT", UInt16(words[1]) != nil,
      ["TCP", "UDP", "SCTP"].contains(words[2])
    else { return false }
    return words.count == 3 || ["ADDR", "PORT", "PROTO"].contains(words[3])
  }

  /// Checks the names in a YAML file, whose values are read elsewhere.
  static func check(file path: String) throws {
    let bytes: [UInt8]
    do {
      bytes = try SmallFile.read(path)
    } catch {
      throw DaemonFailure.configuration("\(error). Name a file of settings with --config.")
    }
    let root: Node?
    do {
      root = try compose(yaml: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw DaemonFailure.configuration("\(path): is no YAML: \(firstLine(of: error))")
    }
    // An empty file, or one of comments alone, says nothing.
    guard let root, root.scalar?.string != "" else { return }
    guard root.mapping != nil else {
      throw DaemonFailure.configuration("\(path): settings are written as 'name: value'")
    }
    for name in names(in: root, under: "") where !all.contains(name) {
      throw DaemonFailure.configuration(
        "\(path): there is no setting '\(name)'; \(meant(name, among: all))")
    }
  }

  private static func meant(_ wrong: String, among names: Set<String>) -> String {
    if let near = NearestName.of(wrong, among: names) { return "\(near) may be meant" }
    return "there are \(names.sorted().joined(separator: ", "))"
  }

  private static func names(in node: Node, under prefix: String) -> [String] {
    guard case .mapping(let mapping) = node else { return [prefix] }
    return mapping.flatMap { key, value in
      let name = key.string ?? "?"
      return names(in: value, under: prefix.isEmpty ? name : "\(prefix).\(name)")
    }
  }

  private static func firstLine(of error: any Error) -> String {
    String("\(error)".prefix { $0 != "\n" })
  }
}
