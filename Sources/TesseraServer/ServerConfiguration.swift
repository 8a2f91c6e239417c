import TesseraEngine
import TesseraModel
import TesseraSystem
import TesseraTLS

/// How a server is to run. The defaults are those of the README's table.
public struct ServerConfiguration: Sendable {
  /// Where to listen. Port 0 takes one that is free.
  public var address: SocketAddress
  /// One thread each, with its own connections.
  public var reactors = 1
  /// More are closed as soon as they come.
  public var connectionsPerReactor = Limits.connectionsPerReactor
  /// What the connections of a reactor hold together for their peers; beyond it those that hold
  /// most are closed.
  public var heldBytesPerReactor = Limits.heldBytesPerReactor
  /// The directory of an authority that was initialised.
  public var dataDirectory: String

  /// From the first byte of TLS to the last of the handshake.
  public var handshakeTimeout: Duration = .seconds(10)
  /// A connection that sends nothing for so long, and waits for nothing, is closed. A ping is
  /// enough.
  public var idleTimeout: Duration = .seconds(300)
  /// How long a stop waits for calls in flight and for peers to read their answers.
  public var drainTimeout: Duration = .seconds(10)

  /// Whether users' changes need their password again.
  public var confirmChanges = true
  /// Tokens that one user may have, not counting those that were revoked.
  public var tokensPerUser = Limits.tokensPerOwner
  /// How many tokens a List sorts by name, expiry or last use; of more it asks for a narrower
  /// filter.
  public var sortedMatches = Limits.sortedMatches
  /// How long tokens are kept that have expired or were revoked; nil is for ever.
  public var purgeAfter: Duration? = .seconds(90 * 24 * 3600)
  /// Events are kept until there are so many, or they are so old; nil is for ever.
  public var eventsKept = Limits.defaultEvents
  public var eventsKeptFor: Duration? = Limits.defaultEventAge
  /// How long the clock has to go along with the monotonic one before anything is deleted by it.
  package var clockTrial: Duration = .seconds(12 * 3600)

  /// A snapshot is written when one of the two is reached, and something changed.
  public var snapshotInterval: Duration = .seconds(300)
  /// How long a snapshot is written in the time that nobody else wants, before it gets its share.
  package var snapshotPatience: Duration = .seconds(60)
  public var snapshotJournalBytes = 256 << 20
  /// A segment of the journal that has reached this is followed by a new one.
  public var segmentBytes = 64 << 20
  /// Room on the disk that is kept for revocations, for when there is no other.
  public var reserveBytes = 16 << 20

  public init(address: SocketAddress, dataDirectory: String) {
    self.address = address
    self.dataDirectory = dataDirectory
  }
}

/// What can change while the server runs: the certificate it shows, whose it trusts, and which
/// proxy keys pass.
public struct ServerIdentity: Sendable {
  public var tls: TLSContext
  /// By the certificate's SHA-256 fingerprint or its subject's common name, as the operator wrote
  /// it.
  public var certificates: [CertificateMapping]
  /// SHA-256 of the values of kind PROXY_KEY.
  public var proxyKeys: [Digest]

  public init(
    tls: TLSContext, certificates: [CertificateMapping] = [], proxyKeys: [Digest] = []
  ) {
    self.tls = tls
    self.certificates = certificates
    self.proxyKeys = proxyKeys
  }
}

/// Which client certificate is which caller.
public struct CertificateMapping: Sendable {
  public enum Match: Hashable, Sendable {
    case commonName(String)
    /// 64 lower-case hex digits.
    case fingerprint(String)
  }

  /// What events and `created_by` call the caller.
  public var name: String
  public var match: Match
  /// nil is everything, as an ADMIN token.
  public var permissions: [PermissionGrant]?

  public init(name: String, match: Match, permissions: [PermissionGrant]?) {
    self.name = name
    self.match = match
    self.permissions = permissions
  }
}
