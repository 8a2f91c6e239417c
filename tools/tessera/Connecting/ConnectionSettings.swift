import TesseraClient

/// What the connection is made of, from whichever source named it first.
struct ConnectionSettings: Equatable {
  static let defaultAddress = "127.0.0.1:7420"

  var address: String?
  var ca: String?
  var tokenFile: String?
  var clientCertificate: String?
  var clientKey: String?

  var usedAddress: String { address ?? ConnectionSettings.defaultAddress }

  /// Flags over the environment over the configuration file; what none of them names stays nil. Who
  /// calls is taken whole from the first that says it.
  ///
  /// - Parameter login: the file of a login, where there was one: over the configuration file's.
  static func resolve(
    _ flags: ConnectionSettings, config: String?, login: String? = nil,
    environment: (String) -> String?,
    readFile: (String) throws(FileText.Unreadable) -> [UInt8]
  ) throws(CommandFailure) -> ConnectionSettings {
    let file = try configFile(config, environment, readFile)
    let variables = ConnectionSettings(
      address: environment("TESSERA_ADDRESS"), ca: environment("TESSERA_CA"),
      tokenFile: environment("TESSERA_TOKEN_FILE"),
      clientCertificate: environment("TESSERA_CLIENT_CERTIFICATE"),
      clientKey: environment("TESSERA_CLIENT_KEY"))
    var settings = ConnectionSettings(
      address: flags.address ?? variables.address ?? file.address,
      ca: flags.ca ?? variables.ca ?? file.ca)
    let callers: [(ConnectionSettings, CallerNames)] = [
      (flags, .flags), (variables, .variables), (ConnectionSettings(tokenFile: login), .settings),
      (file, .settings),
    ]
    guard let (source, names) = callers.first(where: { $0.0.namesCaller }) else { return settings }
    if let reason = source.refusal(of: names) { throw CommandFailure(.configuration, reason) }
    settings.tokenFile = source.tokenFile
    settings.clientCertificate = source.clientCertificate
    settings.clientKey = source.clientKey
    return settings
  }

  /// The file that was named must be there; the usual one need not.
  private static func configFile(
    _ named: String?, _ environment: (String) -> String?,
    _ readFile: (String) throws(FileText.Unreadable) -> [UInt8]
  ) throws(CommandFailure) -> ConnectionSettings {
    guard let path = named ?? usualPath(environment) else { return ConnectionSettings() }
    let contents: [UInt8]
    do throws(FileText.Unreadable) {
      contents = try readFile(path)
    } catch {
      if error.isMissing, named == nil { return ConnectionSettings() }
      throw CommandFailure(.configuration, "cannot read \(path): \(error.reason)")
    }
    return try parse(String(decoding: contents, as: UTF8.self), from: path)
  }

  static func usualPath(_ environment: (String) -> String?) -> String? {
    usualDirectory(environment).map { $0 + "/config" }
  }

  /// Where the command keeps its files; nil where the environment names no home.
  static func usualDirectory(_ environment: (String) -> String?) -> String? {
    if let base = environment("XDG_CONFIG_HOME") { return base + "/tessera" }
    return environment("HOME").map { $0 + "/.config/tessera" }
  }

  /// Reads lines of `key = value`; empty ones and those that begin with `#` say nothing.
  static func parse(
    _ text: String, from path: String
  ) throws(CommandFailure) -> ConnectionSettings {
    var settings = ConnectionSettings()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.trimmed
      if line.isEmpty || line.hasPrefix("#") { continue }
      func refusal(_ reason: String) -> CommandFailure {
        CommandFailure(.configuration, "\(path):\(index + 1): \(reason)")
      }
      guard let equals = line.firstIndex(of: "=") else {
        throw refusal("write 'key = value'")
      }
      let key = line[..<equals].trimmed
      let value = String(line[line.index(after: equals)...].trimmed)
      guard !value.isEmpty else { throw refusal("\(key) has no value") }
      switch key {
      case "address": settings.address = value
      case "ca": settings.ca = value
      case "token-file": settings.tokenFile = value
      case "client-certificate": settings.clientCertificate = value
      case "client-key": settings.clientKey = value
      default:
        throw refusal(
          "there is no setting '\(key)'; there are address, ca, token-file, client-certificate "
            + "and client-key")
      }
    }
    return settings
  }
}

extension Substring {
  /// Without the white space at both ends.
  fileprivate var trimmed: Substring {
    let head = drop(while: \.isWhitespace)
    guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return head }
    return head[...last]
  }
}
