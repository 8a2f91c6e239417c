import TesseraModel
import TesseraSystem
import TesseraTLS
import TesseraWire

/// A configuration that was looked at and can be used.
struct Settings: Sendable {
  let endpoint: Endpoint
  let serverName: String
  let context: TLSContext
  let credential: Credential
  let connections: Int
  let connectTimeout: Duration
  let pingInterval: Duration
  let pingTimeout: Duration
  let retry: RetryRule

  init(_ configuration: TesseraClient.Configuration) throws(TesseraError) {
    do {
      endpoint = try Endpoint(configuration.address)
    } catch {
      throw .configuration("address \(error)")
    }
    serverName = configuration.serverName ?? endpoint.host
    var options = TLSContext.ClientOptions(
      authority: configuration.trustedCertificates?.source(named: "the trusted certificates"))
    if case .certificate(let chain, let key) = configuration.credential {
      options.identity = (
        chain.source(named: "the client's certificate"), key.source(named: "the client's key")
      )
    }
    do {
      context = try TLSContext(client: options)
    } catch {
      throw .configuration(error.description)
    }
    try Settings.check(configuration)
    credential = configuration.credential
    connections = configuration.connections
    connectTimeout = configuration.connectTimeout
    pingInterval = configuration.pingInterval
    pingTimeout = configuration.pingTimeout
    retry = RetryRule(
      attempts: configuration.attempts, firstDelay: configuration.firstDelay,
      longestDelay: configuration.longestDelay)
    // A file that cannot be read is better known now than at the first call.
    _ = try authentication()
  }

  private static func check(
    _ configuration: TesseraClient.Configuration
  ) throws(TesseraError) {
    guard (1...64).contains(configuration.connections) else {
      throw .configuration("connections must be 1 to 64")
    }
    guard configuration.attempts > 0 else { throw .configuration("attempts must be at least 1") }
    guard configuration.callLimit > 0 else { throw .configuration("callLimit must be at least 1") }
    guard configuration.firstDelay > .zero,
      configuration.longestDelay >= configuration.firstDelay
    else { throw .configuration("firstDelay must be more than 0, and longestDelay no less") }
    let waits = [
      configuration.timeout, configuration.connectTimeout, configuration.pingInterval,
      configuration.pingTimeout,
    ]
    guard waits.allSatisfy({ $0 > .zero }) else {
      throw .configuration("timeouts and intervals must be more than 0")
    }
    if case .password(_, let password) = configuration.credential {
      guard (1...Limits.passwordBytes.upperBound).contains(password.bytes.count) else {
        throw .configuration("a password has 1 to \(Limits.passwordBytes.upperBound) bytes")
      }
    }
  }

  /// What a new connection shows; nil for nothing.
  func authentication() throws(TesseraError) -> AuthenticateRequest? {
    switch credential {
    case .none, .certificate: return nil
    case .token(let value): return AuthenticateRequest(token: value)
    case .tokenFile(let path): return AuthenticateRequest(token: try Settings.token(in: path))
    case .password(let user, let password):
      var request = AuthenticateRequest()
      request.credential = .password(Password(user: user.text, password: password))
      return request
    }
  }

  private static func token(in path: String) throws(TesseraError) -> Secret {
    do {
      let contents = try SmallFile.read(path, upTo: 2 * Limits.tokenValueBytes)
      let value = contents.trimmingSpace
      guard !value.isEmpty else { throw TesseraError.configuration("\(path): holds no token") }
      guard !value.contains(0x0a) else {
        throw TesseraError.configuration("\(path): holds more than one line; it must be one token")
      }
      return Secret(Array(value))
    } catch let error as SystemError {
      throw .configuration("token file: \(error)")
    } catch let error as TesseraError {
      throw error
    } catch {
      throw .configuration("\(path): \(error)")
    }
  }

  /// Whether a new connection may show another token than an old one did.
  var credentialMayChange: Bool { if case .tokenFile = credential { true } else { false } }

  var showsPassword: Bool { if case .password = credential { true } else { false } }
}

extension [UInt8] {
  /// Without the white space at both ends.
  fileprivate var trimmingSpace: ArraySlice<UInt8> {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0d).contains(byte) }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return [] }
    return self[first...last]
  }
}
