import ArgumentParser
import TesseraClient

/// How every command finds the authority and says who asks.
struct ConnectionOptions: ParsableArguments {
  @Option(help: "The authority's address, HOST:PORT. (default: 127.0.0.1:7420)")
  var address: String?

  @Option(
    help: "The CA that signed the authority's certificate, in PEM. (default: the system's CAs)",
    completion: .file())
  var ca: String?

  @Option(help: "A file with the caller's token.", completion: .file())
  var tokenFile: String?

  @Option(
    help: "The configuration file. (default: $XDG_CONFIG_HOME/tessera/config)",
    completion: .file())
  var config: String?

  @Option(
    help: "How long a call may take, as in 10s or 2m.", transform: DurationText.parse)
  var timeout: Duration = .seconds(10)

  /// A client for the command.
  ///
  /// - Parameters:
  ///   - needsCaller: whether a command without a caller cannot succeed.
  ///   - connections: how many it may use.
  ///   - attempts: how often it tries. A person waits, so that one who does not listen is told of
  ///     at once; a long command outlasts a restart.
  func client(
    needsCaller: Bool = true, connections: Int = 1, attempts: Int = 2
  ) throws -> TesseraClient {
    let flags = ConnectionSettings(address: address, ca: ca, tokenFile: tokenFile)
    let settings = try ConnectionSettings.resolve(
      flags, config: config, environment: Terminal.environment,
      readFile: { path throws(FileText.Unreadable) in try FileText.read(path, upTo: 64 << 10) })
    if needsCaller, settings.tokenFile == nil {
      throw CommandFailure(
        .configuration,
        "no caller is known: give --token-file or TESSERA_TOKEN_FILE, or token-file in the "
          + "configuration file")
    }
    var configuration = TesseraClient.Configuration(
      address: settings.address ?? ConnectionSettings.defaultAddress,
      authority: settings.ca.map(PEM.file),
      credential: settings.tokenFile.map(Credential.tokenFile) ?? .none)
    configuration.timeout = timeout
    configuration.connectTimeout = min(timeout, configuration.connectTimeout)
    configuration.connections = connections
    configuration.attempts = attempts
    return try TesseraClient(configuration)
  }
}
