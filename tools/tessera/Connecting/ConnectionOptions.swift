import ArgumentParser
import TesseraClient

/// How every command finds the authority and says who asks.
struct ConnectionOptions: ParsableArguments {
  @OptionGroup var endpoint: EndpointOptions

  @Option(
    help: "A file with the caller's token. (default: the one that 'tessera login' wrote)",
    completion: .file())
  var tokenFile: String?

  @Option(
    help: """
      The client certificate that stands for the caller, in PEM, with those between it and its CA; \
      then there is no token.
      """,
    completion: .file())
  var clientCertificate: String?

  @Option(help: "The certificate's private key, in PEM.", completion: .file())
  var clientKey: String?

  @Option(
    name: .customLong("as"),
    help: "The user whom the call is made for; needs the permission users.act_as.",
    transform: Parse.name)
  var actAs: UserID?

  func validate() throws {
    if let reason = flags.refusal(of: .flags) { throw ValidationError(reason) }
  }

  /// One call to the authority, over a connection of its own.
  ///
  /// - Parameter needsCaller: whether a command without a caller cannot succeed.
  func call<Answer>(
    needsCaller: Bool = true, _ body: (TesseraClient) async throws -> Answer
  ) async throws -> Answer {
    try await session(needsCaller: needsCaller) { try await $0.call(body) }
  }

  /// Calls to the authority, whose connection ends with `body`.
  ///
  /// - Parameter attempts: how often it tries. A person waits, so that one who does not listen is
  ///   told of at once; a long command outlasts a restart.
  func session<Result>(
    needsCaller: Bool = true, attempts: Int = 2, _ body: (Session) async throws -> Result
  ) async throws -> Result {
    let settings = try settings()
    if needsCaller, settings.credential == nil {
      throw CommandFailure(
        .configuration,
        "no caller is known: run 'tessera login', or give --token-file or TESSERA_TOKEN_FILE, or "
          + "--client-certificate and --client-key, or one of these in the configuration file")
    }
    let client = try endpoint.client(
      settings, settings.credential ?? .none, attempts: attempts)
    let session = Session(
      client, actAs: actAs, confirmation: Confirmation(file: endpoint.passwordFile, user: actAs))
    do {
      let result = try await body(session)
      await session.close()
      return result
    } catch {
      await session.close()
      throw error
    }
  }

  /// What the flags say.
  private var flags: ConnectionSettings {
    ConnectionSettings(
      address: endpoint.address, ca: endpoint.ca, tokenFile: tokenFile,
      clientCertificate: clientCertificate, clientKey: clientKey)
  }

  /// A login's token is shown to the authority that issued it, and to no other.
  private func settings() throws -> ConnectionSettings {
    let login = LoginFile.existing(Terminal.environment)
    let settings = try endpoint.settings(flags, login: login)
    guard let login, settings.tokenFile == login, let address = LoginFile.address(of: login),
      address != settings.usedAddress
    else { return settings }
    return try endpoint.settings(flags)
  }
}

/// Where the authority is, how it proves itself, and how a user does.
struct EndpointOptions: ParsableArguments {
  @Option(help: "The authority's address, HOST:PORT. (default: 127.0.0.1:7420)")
  var address: String?

  @Option(
    help: "The CA that signed the authority's certificate, in PEM. (default: the system's CAs)",
    completion: .file())
  var ca: String?

  @Option(
    help: """
      A file with the user's password, on one line, for where the authority asks for it and nobody \
      is at a terminal; - is standard input.
      """,
    completion: .file())
  var passwordFile: String?

  @Option(
    help: "The configuration file. (default: $XDG_CONFIG_HOME/tessera/config)",
    completion: .file())
  var config: String?

  @Option(
    help: "How long a call may take, as in 10s or 2m. (default: 10s)", transform: DurationText.parse
  )
  var timeout: Duration = .seconds(10)

  /// - Parameter flags: what the command line says; nil where it says no more than these options.
  func settings(
    _ flags: ConnectionSettings? = nil, login: String? = nil
  ) throws -> ConnectionSettings {
    try ConnectionSettings.resolve(
      flags ?? ConnectionSettings(address: address, ca: ca), config: config, login: login,
      environment: Terminal.environment,
      readFile: { path throws(FileText.Unreadable) in try FileText.read(path, upTo: 64 << 10) })
  }

  func client(
    _ settings: ConnectionSettings, _ credential: Credential, attempts: Int = 2
  ) throws -> TesseraClient {
    var configuration = TesseraClient.Configuration(
      address: settings.usedAddress,
      trustedCertificates: settings.ca.map(PEM.file), credential: credential)
    configuration.timeout = timeout
    configuration.connectTimeout = min(timeout, configuration.connectTimeout)
    // One, so that a user who confirmed a change has confirmed those that follow.
    configuration.connections = 1
    configuration.attempts = attempts
    return try TesseraClient(configuration)
  }
}
