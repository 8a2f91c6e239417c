import Logging
import TesseraBytes
import TesseraCrypto
import TesseraJournal
import TesseraModel
import TesseraServer
import TesseraSystem
import TesseraTLS
import TesseraWire

@testable import tesserad

/// An authority that is served in this process, on a port and in a directory of its own.
final class TestAuthority {
  static let certificates = DevelopmentCertificates.make()

  let directory: TemporaryDirectory
  let server: Server
  let rootToken: Secret
  let context: TLSContext

  /// Makes a new authority and serves it; or serves the one that `former`, which has stopped, left.
  ///
  /// - Parameters:
  ///   - journalEnds: told when the disk failed for good.
  ///   - diskFailure: the same.
  init<D: Disk>(
    after former: TestAuthority? = nil, on disk: D = PosixDisk(),
    clientCertificates: TLSContext.ClientCertificates = .ignored,
    mappings: [CertificateMapping] = [], proxyKeys: [String] = [],
    journalEnds: AsyncStream<Void>.Continuation? = nil, diskFailure: DiskFailure? = nil,
    _ configure: (inout ServerConfiguration) -> Void = { _ in }
  ) throws {
    directory = former?.directory ?? TemporaryDirectory()
    var configuration = ServerConfiguration(
      address: SocketAddress(host: .v4(0x7f00_0001), port: 0), dataDirectory: directory.data)
    // Tests that run together leave no time over.
    configuration.snapshotPatience = .milliseconds(1)
    configure(&configuration)
    var authority: Authority<D>
    if let former {
      rootToken = former.rootToken
      authority = try Authority(
        DataDirectory(opening: directory.data, on: disk), segmentBytes: configuration.segmentBytes,
        reserveBytes: configuration.reserveBytes, eventsKept: configuration.eventsKept,
        eventsKeptFor: configuration.eventsKeptFor)
    } else {
      let value = TokenValue.make(prefix: "*:*.")
      rootToken = Secret(value)
      authority = try Authority(
        DataDirectory(creating: directory.data, on: disk), segmentBytes: configuration.segmentBytes,
        reserveBytes: configuration.reserveBytes, eventsKept: configuration.eventsKept,
        eventsKeptFor: configuration.eventsKeptFor)
      _ = try authority.issueRootToken(
        value, command: "test", now: Timestamp(microseconds: SystemClock.wallMicroseconds()))
    }
    var identity = try TestAuthority.identity(clientCertificates, mappings)
    identity.proxyKeys = TestAuthority.digests(proxyKeys)
    server = try Server.start(
      configuration, identity: identity, authority,
      logger: TestAuthority.logger,
      onJournalEnd: {
        journalEnds?.yield()
        diskFailure?.tell()
      })
    context = try TLSContext(client: TestAuthority.clientOptions)
  }

  deinit { server.stop() }

  static var logger: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }

  static func identity(
    _ clientCertificates: TLSContext.ClientCertificates = .ignored,
    _ mappings: [CertificateMapping] = [], _ certificates: DevelopmentCertificates = certificates
  ) throws -> ServerIdentity {
    var options = TLSContext.ServerOptions(
      certificateChain: .bytes(certificates.certificate, name: "server.pem"),
      privateKey: .bytes(certificates.privateKey, name: "server.key"))
    options.clientCertificates = clientCertificates
    return ServerIdentity(tls: try TLSContext(server: options), certificates: mappings)
  }

  static func digests(_ proxyKeys: [String]) -> [Digest] {
    proxyKeys.map { key in
      let bytes = Array(key.utf8)
      return unsafe SHA256.digest(of: bytes.span.bytes)
    }
  }

  static var clientOptions: TLSContext.ClientOptions {
    TLSContext.ClientOptions(authority: .bytes(certificates.authority, name: "ca.pem"))
  }

  /// Shows a client certificate of that name, which the authority signed.
  static func context(
    _ commonName: String, _ signer: borrowing CertificateAuthority, seconds: Int = 3_600
  ) throws -> TLSContext {
    var request = CertificateAuthority.Request(commonName: commonName, purpose: .client)
    request.validSeconds = seconds
    let identity = signer.issue(request)
    var options = TestAuthority.clientOptions
    options.identity = (
      certificateChain: .bytes(identity.certificate, name: "client.pem"),
      privateKey: .bytes(identity.privateKey, name: "client.key")
    )
    return try TLSContext(client: options)
  }

  /// A connection whose handshake is done, and which nobody has authenticated on.
  func connect(_ context: TLSContext? = nil) throws -> TestClient {
    let client = try TestClient(server.address, context ?? self.context)
    try client.shakeHands()
    client.server = self
    return client
  }

  /// A connection that is authenticated with a token, the first ADMIN token if no other.
  func connect(as token: Secret) throws -> TestClient {
    let client = try connect()
    _ = try client.call(AuthenticateRequest(token: token))
    return client
  }

  func admin() throws -> TestClient { try connect(as: rootToken) }

  func stop() { server.stop() }
}
