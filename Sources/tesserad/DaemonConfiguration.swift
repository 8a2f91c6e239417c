import Glibc
import Logging
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraTLS

/// The daemon's settings, read and checked.
struct DaemonConfiguration: Sendable {
  var server: ServerConfiguration
  var logLevel: Logger.Level
  /// Whether the daemon ends when the disk failed for good, in place of answering what it can.
  var exitsOnDiskFailure: Bool
  private let certificateFile: String
  private let keyFile: String
  private let clientAuthority: PEMSource?
  private let allowsTLS12: Bool
  private let clients: [CertificateMapping]
  private let proxyKeys: [Digest]
  private let isDevelopment: Bool

  init(_ settings: Settings, isDevelopment: Bool) async throws {
    guard let data = try await settings.path("data") else {
      throw DaemonFailure.configuration("say where the authority's data is: --data DIR")
    }
    let address = try await DaemonConfiguration.address(settings, isDevelopment: isDevelopment)
    server = ServerConfiguration(address: address, dataDirectory: data)
    server.reactors =
      try await settings.number("reactors", in: 1...Limits.reactors)
      ?? min(sysconf(Int32(_SC_NPROCESSORS_ONLN)), Limits.reactors)
    try await server.read(settings)
    let level = try await settings.text("log.level") ?? "info"
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw DaemonFailure.configuration(
        "log.level: \(level) is none of trace, debug, info, notice, warning, error")
    }
    self.logLevel = logLevel
    exitsOnDiskFailure = try await settings.choice(
      "onDiskFailure", of: ["serve": false, "exit": true], default: "serve")
    allowsTLS12 = try await settings.choice(
      "tls.minimumVersion", of: ["1.3": false, "1.2": true], default: "1.3")
    clientAuthority = try await settings.path("tls.clientAuthority").map(PEMSource.file)
    clients = try CertificateMapping.read(await settings.texts("tls.clients"))
    proxyKeys = try ProxyKeys.read(await settings.texts(ProxyKeys.setting))
    self.isDevelopment = isDevelopment
    if isDevelopment {
      certificateFile = Development.certificatePath(data)
      keyFile = Development.keyPath(data)
    } else {
      guard let certificate = try await settings.path("tls.certificate"),
        let key = try await settings.path("tls.key")
      else {
        throw DaemonFailure.configuration(
          """
          a certificate is needed: --certificate FILE and --key FILE, in PEM; \
          or --dev, for development on this machine
          """)
      }
      certificateFile = certificate
      keyFile = key
    }
  }

  /// The certificate as it is on disk now, the client certificates that are known, and the proxy
  /// keys.
  func identity() throws -> ServerIdentity {
    var options = TLSContext.ServerOptions(
      certificateChain: .file(certificateFile), privateKey: .file(keyFile))
    options.minimumVersion = allowsTLS12 ? .tls12 : .tls13
    if let clientAuthority {
      options.clientCertificates = .optional(authority: clientAuthority)
    } else if !clients.isEmpty {
      throw DaemonFailure.configuration(
        "tls.clients: set tls.clientAuthority too, the authority that signs their certificates")
    }
    return ServerIdentity(
      tls: try TLSContext(server: options), certificates: clients, proxyKeys: proxyKeys)
  }

  /// The certificates that such an identity shows, for their watch.
  func shown(_ identity: ServerIdentity) -> CertificateWatch.Shown {
    CertificateWatch.Shown(
      file: certificateFile, certificates: identity.tls.validity, isForDevelopment: isDevelopment)
  }

  private static func address(
    _ settings: Settings, isDevelopment: Bool
  ) async throws -> SocketAddress {
    let listen = try await settings.text("listen") ?? "127.0.0.1:7420"
    let endpoint: Endpoint
    do {
      endpoint = try Endpoint(listen)
    } catch {
      throw DaemonFailure.configuration("listen: \(error)")
    }
    let address: SocketAddress
    do {
      address = try endpoint.resolve()[0]
    } catch {
      throw DaemonFailure.configuration("listen: \(error)")
    }
    guard !isDevelopment || address.isLoopback else {
      throw DaemonFailure.configuration(
        "\(endpoint) is not a loopback address; --dev listens on this machine only")
    }
    return address
  }
}

extension ServerConfiguration {
  /// The settings that need no more than to be within their range.
  fileprivate mutating func read(_ settings: Settings) async throws {
    func seconds(_ key: String) async throws -> Duration? {
      try await settings.number(key, in: 1...86_400, unit: "seconds").map { .seconds($0) }
    }
    func bytes(mebibytesOf key: String, from least: Int = 1) async throws -> Int? {
      try await settings.number(key, in: least...65_536, unit: "MiB").map { $0 << 20 }
    }
    handshakeTimeout = try await seconds("timeouts.handshakeSeconds") ?? handshakeTimeout
    idleTimeout = try await seconds("timeouts.idleSeconds") ?? idleTimeout
    drainTimeout = try await seconds("timeouts.drainSeconds") ?? drainTimeout
    snapshotInterval = try await seconds("snapshots.intervalSeconds") ?? snapshotInterval
    snapshotJournalBytes =
      try await bytes(mebibytesOf: "snapshots.journalMebibytes") ?? snapshotJournalBytes
    segmentBytes = try await bytes(mebibytesOf: "journal.segmentMebibytes") ?? segmentBytes
    reserveBytes = try await bytes(mebibytesOf: "journal.reserveMebibytes", from: 0) ?? reserveBytes
    confirmChanges = try await settings.flag("confirmChanges") ?? confirmChanges
    tokensPerUser =
      try await settings.number("tokensPerUser", in: 1...Limits.mostTokensPerOwner) ?? tokensPerUser
    sortedMatches =
      try await settings.number("sortedMatches", in: 1...Limits.mostSortedMatches) ?? sortedMatches
    let span: ClosedRange<Duration> = .seconds(60)...Limits.lifetime
    purgeAfter = try await settings.lifetime("purgeAfter", in: span) ?? purgeAfter
    eventsKept = try await settings.number("events.kept", in: 1...Limits.events) ?? eventsKept
    eventsKeptFor = try await settings.lifetime("events.keptFor", in: span) ?? eventsKeptFor
  }
}
