import Configuration
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
  private let certificate: PEMSource
  private let key: PEMSource
  private let clientAuthority: PEMSource?
  private let allowsTLS12: Bool
  private let clients: [CertificateMapping]

  init(_ reader: ConfigReader, isDevelopment: Bool) async throws {
    guard let data = reader.string(forKey: "data") else {
      throw DaemonFailure.configuration("say where the authority's data is: --data DIR")
    }
    let address = try DaemonConfiguration.address(reader, isDevelopment: isDevelopment)
    server = ServerConfiguration(address: address, dataDirectory: data)
    let reactors = reader.int(forKey: "reactors", default: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    guard (1...Limits.reactors).contains(reactors) else {
      throw DaemonFailure.configuration("reactors: from 1 to \(Limits.reactors), not \(reactors)")
    }
    server.reactors = reactors
    try server.read(reader)
    let level = reader.string(forKey: "log.level", default: "info")
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw DaemonFailure.configuration(
        "log.level: \(level) is none of trace, debug, info, notice, warning, error")
    }
    self.logLevel = logLevel
    allowsTLS12 = try DaemonConfiguration.allowsTLS12(reader)
    clientAuthority = reader.string(forKey: "tls.clientAuthority").map(PEMSource.file)
    clients = try reader.stringArray(forKey: "tls.clients", default: []).map {
      try CertificateMapping(setting: $0)
    }
    if isDevelopment {
      certificate = .file(Development.certificatePath(data))
      key = .file(Development.keyPath(data))
    } else {
      guard let certificate = reader.string(forKey: "tls.certificate"),
        let key = reader.string(forKey: "tls.key")
      else {
        throw DaemonFailure.configuration(
          """
          a certificate is needed: --certificate FILE and --key FILE, in PEM; \
          or --dev, for development on this machine
          """)
      }
      self.certificate = .file(certificate)
      self.key = .file(key)
    }
  }

  /// The certificate as it is on disk now, and the client certificates that are known.
  func identity() throws -> ServerIdentity {
    var options = TLSContext.ServerOptions(certificateChain: certificate, privateKey: key)
    options.minimumVersion = allowsTLS12 ? .tls12 : .tls13
    if let clientAuthority {
      options.clientCertificates = .optional(authority: clientAuthority)
    } else if !clients.isEmpty {
      throw DaemonFailure.configuration(
        "tls.clients: set tls.clientAuthority too, the authority that signs their certificates")
    }
    return ServerIdentity(tls: try TLSContext(server: options), certificates: clients)
  }

  private static func address(
    _ reader: ConfigReader, isDevelopment: Bool
  ) throws -> SocketAddress {
    let endpoint: Endpoint
    do {
      endpoint = try Endpoint(reader.string(forKey: "listen", default: "127.0.0.1:7420"))
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

  private static func allowsTLS12(_ reader: ConfigReader) throws -> Bool {
    switch reader.string(forKey: "tls.minimumVersion", default: "1.3") {
    case "1.3": return false
    case "1.2": return true
    case let other:
      throw DaemonFailure.configuration("tls.minimumVersion: \(other) is neither 1.2 nor 1.3")
    }
  }
}

extension ServerConfiguration {
  /// The settings that are numbers, each with its unit in its name.
  fileprivate mutating func read(_ reader: ConfigReader) throws {
    func seconds(_ key: ConfigKey, _ value: inout Duration) throws {
      guard let read = reader.int(forKey: key) else { return }
      guard (1...86_400).contains(read) else {
        throw DaemonFailure.configuration("\(key): from 1 to 86400 seconds, not \(read)")
      }
      value = .seconds(read)
    }
    func mebibytes(_ key: ConfigKey, _ value: inout Int) throws {
      guard let read = reader.int(forKey: key) else { return }
      guard (1...65_536).contains(read) else {
        throw DaemonFailure.configuration("\(key): from 1 to 65536 MiB, not \(read)")
      }
      value = read << 20
    }
    try seconds("timeouts.handshakeSeconds", &handshakeTimeout)
    try seconds("timeouts.idleSeconds", &idleTimeout)
    try seconds("timeouts.drainSeconds", &drainTimeout)
    try seconds("snapshots.intervalSeconds", &snapshotInterval)
    try mebibytes("snapshots.journalMiB", &snapshotJournalBytes)
    try mebibytes("journal.segmentMiB", &segmentBytes)
  }
}
