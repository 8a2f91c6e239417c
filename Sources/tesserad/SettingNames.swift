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
        "\(path): there is no setting '\(name)'; there are \(all.sorted().joined(separator: ", "))")
    }
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
