import TesseraModel
import TesseraTLS
import TesseraWire

/// Certificates or a key, in PEM.
public enum PEM: Sendable {
  case file(String)
  case bytes([UInt8])

  func source(named name: String) -> PEMSource {
    switch self {
    case .file(let path): .file(path)
    case .bytes(let bytes): .bytes(bytes, name: name)
    }
  }
}

/// Contents are not printed: they may be a key.
extension PEM: CustomStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .file(let path): path
    case .bytes(let bytes): "(PEM of \(bytes.count) bytes)"
    }
  }

  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Who a client is to the authority.
public enum Credential: Sendable {
  /// Nobody: enough to ask how the authority is.
  case none
  /// A token's value.
  case token(Secret)
  /// A file that holds a token's value. Read for each new connection, so that a value may be
  /// replaced while the client runs.
  case tokenFile(String)
  /// A certificate that the authority's configuration maps to a caller, and its key.
  case certificate(chain: PEM, key: PEM)
  /// A user who signs in, on each connection. A password that was refused is not shown again: every
  /// later call ends with ``TesseraError/unauthenticated(_:)``. Where the authority asks to wait,
  /// as it does after several wrong ones, calls end with ``TesseraError/refused(_:)`` until then,
  /// and the next one after that tries again; see ``TesseraError/retryAfter``.
  case password(user: UserID, Secret)
}

extension TesseraClient {
  /// Where the authority is, how it proves itself, who asks, and how long and how often.
  public struct Configuration: Sendable {
    /// `HOST:PORT`; an IPv6 address in brackets.
    public var address: String
    /// The certificates of who may have signed the authority's; nil for those that the system
    /// trusts.
    public var trustedCertificates: PEM?
    public var credential: Credential
    /// The name that the authority's certificate must have; nil for the host of the address.
    public var serverName: String?
    /// How many connections are kept. Calls share them: one carries many at a time.
    public var connections = 2
    /// How long a call may take, its repetitions included.
    public var timeout: Duration = .seconds(10)
    /// How long making one connection may take.
    public var connectTimeout: Duration = .seconds(5)
    /// How often a call or a connection is tried before it fails.
    public var attempts = 4
    /// The wait before the first repetition; it doubles with each, up to `longestDelay`, and of
    /// each wait a random half is left out.
    public var firstDelay: Duration = .milliseconds(50)
    public var longestDelay: Duration = .seconds(5)
    /// A connection on which nothing was heard for so long is asked whether it lives.
    public var pingInterval: Duration = .seconds(20)
    /// How long that question may go unanswered.
    public var pingTimeout: Duration = .seconds(10)
    /// Calls that may wait or be under way at a time; one more is refused as overloaded.
    public var callLimit = 65_536

    public init(
      address: String, trustedCertificates: PEM? = nil, credential: Credential = .none
    ) {
      self.address = address
      self.trustedCertificates = trustedCertificates
      self.credential = credential
    }
  }
}
