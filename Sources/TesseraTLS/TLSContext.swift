import COpenSSL

/// What sessions of one kind have in common: certificates, keys, versions and rules. Never changed
/// after it is made; for a new certificate make a new context, and sessions of the old one go on.
@safe
public final class TLSContext: Sendable {
  // An SSL_CTX counts its references with atomics and is read-only once it is configured, which is
  // before `init` returns: sessions may be made of it on every thread.
  nonisolated(unsafe) let pointer: OpaquePointer

  /// How long the certificates are valid that are shown: its own first, then those between it and
  /// its authority. None where none is shown.
  public let validity: [CertificateValidity]

  /// The one protocol that is spoken, as ALPN names it.
  public static let applicationProtocol = "tessera/1"

  public enum Version: Comparable, Sendable {
    case tls12
    case tls13

    var number: CInt { self == .tls13 ? TLS1_3_VERSION : TLS1_2_VERSION }
  }

  /// Whether and of whom a server asks for a certificate. The authority is in PEM.
  public enum ClientCertificates: Sendable {
    case ignored
    /// A client without one is welcome; a client with one that does not verify is refused.
    case optional(authority: PEMSource)
    case required(authority: PEMSource)
  }

  public struct ServerOptions: Sendable {
    /// The server's certificate, then those between it and its authority.
    public var certificateChain: PEMSource
    public var privateKey: PEMSource
    public var minimumVersion: Version = .tls13
    public var clientCertificates: ClientCertificates = .ignored

    public init(certificateChain: PEMSource, privateKey: PEMSource) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
    }
  }

  public struct ClientOptions: Sendable {
    /// Who may have signed the server's certificate; nil for the system's authorities.
    public var authority: PEMSource?
    /// The client's own certificate chain and key, for servers that ask for one.
    public var identity: (certificateChain: PEMSource, privateKey: PEMSource)?
    public var minimumVersion: Version = .tls13
    public var maximumVersion: Version = .tls13
    /// The names offered by ALPN, most wanted first; none at all offers no ALPN.
    public var applicationProtocols = [TLSContext.applicationProtocol]

    public init(authority: PEMSource? = nil) { self.authority = authority }
  }

  public init(server options: ServerOptions) throws(TLSConfigurationError) {
    let chain = try options.certificateChain.certificates()
    validity = chain.map { unsafe CertificateValidity($0.pointer) }
    unsafe pointer = TLSContext.make(TLS_server_method(), options.minimumVersion)
    try use(chain, of: options.certificateChain, options.privateKey)
    // A session is never resumed: nothing of one is kept on either side, and handshakes are few.
    unsafe _ = SSL_CTX_set_num_tickets(pointer, 0)
    unsafe _ = tessera_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
    unsafe _ = SSL_CTX_set_options(
      pointer, tessera_SSL_OP_NO_TICKET | tessera_SSL_OP_NO_RENEGOTIATION)
    unsafe SSL_CTX_set_alpn_select_cb(pointer, selectApplicationProtocol, nil)
    switch options.clientCertificates {
    case .ignored: break
    case .optional(let authority):
      try trust(authority, announcing: true)
      unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    case .required(let authority):
      try trust(authority, announcing: true)
      unsafe SSL_CTX_set_verify(
        pointer, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
    }
  }

  public init(client options: ClientOptions) throws(TLSConfigurationError) {
    let chain = try options.identity?.certificateChain.certificates() ?? []
    validity = chain.map { unsafe CertificateValidity($0.pointer) }
    unsafe pointer = TLSContext.make(TLS_client_method(), options.minimumVersion)
    unsafe _ = tessera_SSL_CTX_set_max_proto_version(pointer, options.maximumVersion.number)
    unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
    unsafe _ = SSL_CTX_set_options(pointer, tessera_SSL_OP_NO_RENEGOTIATION)
    if let authority = options.authority {
      try trust(authority, announcing: false)
    } else if unsafe SSL_CTX_set_default_verify_paths(pointer) != 1 {
      throw TLSConfigurationError(
        subject: "the system's authorities", reason: OpenSSLErrors.takeReason())
    }
    if let identity = options.identity {
      try use(chain, of: identity.certificateChain, identity.privateKey)
    }
    let offer = options.applicationProtocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
    if !offer.isEmpty {
      let failed = unsafe SSL_CTX_set_alpn_protos(pointer, offer, UInt32(offer.count))
      precondition(failed == 0, "an ALPN name has 1 to 255 bytes")
    }
  }

  deinit { unsafe SSL_CTX_free(pointer) }
}

extension TLSContext {
  private static func make(_ method: OpaquePointer?, _ minimum: Version) -> OpaquePointer {
    guard let context = unsafe SSL_CTX_new(method) else { preconditionFailure("out of memory") }
    unsafe _ = tessera_SSL_CTX_set_min_proto_version(context, minimum.number)
    // What TLS 1.2 may use, where it is allowed at all: forward secrecy and AEAD, as 1.3 has.
    let taken = unsafe SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20")
    precondition(taken == 1, "this OpenSSL has no AEAD suite")
    return unsafe context
  }

  private func use(
    _ certificates: [Certificate], of chain: PEMSource, _ privateKey: PEMSource
  ) throws(TLSConfigurationError) {
    guard unsafe SSL_CTX_use_certificate(pointer, certificates[0].pointer) == 1 else {
      throw TLSConfigurationError(
        subject: chain.name, reason: "unusable certificate: \(OpenSSLErrors.takeReason())")
    }
    for certificate in certificates.dropFirst() {
      let taken = unsafe tessera_SSL_CTX_add1_chain_cert(pointer, certificate.pointer)
      precondition(taken == 1, "out of memory")
    }
    let key = unsafe try privateKey.privateKey()
    defer { unsafe EVP_PKEY_free(key) }
    guard unsafe SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
      throw TLSConfigurationError(
        subject: privateKey.name,
        reason: "the key does not fit \(chain.name): \(OpenSSLErrors.takeReason())")
    }
  }

  /// Trusts the certificates of `authority`; a server tells its clients their names too.
  private func trust(
    _ authority: PEMSource, announcing: Bool
  ) throws(TLSConfigurationError) {
    let store = unsafe SSL_CTX_get_cert_store(pointer)
    for certificate in try authority.certificates() {
      let taken = unsafe X509_STORE_add_cert(store, certificate.pointer)
      precondition(taken == 1, "out of memory")
      if announcing { unsafe _ = SSL_CTX_add_client_CA(pointer, certificate.pointer) }
    }
  }
}

/// Takes `tessera/1` of what the client offers, whose names come each after its length, and ends
/// the handshake where that is not among them. OpenSSL does not ask where a client has no ALPN.
private func selectApplicationProtocol(
  _ ssl: OpaquePointer?, _ selected: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  _ selectedCount: UnsafeMutablePointer<UInt8>?, _ offer: UnsafePointer<UInt8>?, _ count: UInt32,
  _ argument: UnsafeMutableRawPointer?
) -> CInt {
  let offered = unsafe UnsafeBufferPointer(start: offer, count: Int(count))
  var next = 0
  while next < offered.count {
    let start = next + 1
    let end = unsafe start + Int(offered[next])
    guard end <= offered.count else { break }
    if unsafe offered[start..<end].elementsEqual(TLSContext.applicationProtocol.utf8) {
      unsafe selected?.pointee = offered.baseAddress.map { unsafe $0 + start }
      unsafe selectedCount?.pointee = UInt8(end - start)
      return SSL_TLSEXT_ERR_OK
    }
    next = end
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL
}
