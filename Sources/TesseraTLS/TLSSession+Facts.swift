import COpenSSL

extension TLSSession {
  /// Whether the handshake is done, and nothing has failed since.
  public var isEstablished: Bool { unsafe SSL_is_init_finished(ssl) == 1 }

  /// Whether a read would give bytes without any more ciphertext.
  public var hasPending: Bool { unsafe SSL_pending(ssl) > 0 }

  /// The name that ALPN settled on; nil where the client has no ALPN.
  public var applicationProtocol: String? {
    var name: UnsafePointer<UInt8>?
    var count: UInt32 = 0
    unsafe SSL_get0_alpn_selected(ssl, &name, &count)
    let bytes = unsafe UnsafeBufferPointer(start: name, count: Int(count))
    return bytes.isEmpty ? nil : unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// As OpenSSL writes it: `TLSv1.3`.
  public var versionText: String { unsafe String(cString: SSL_get_version(ssl)) }

  /// As OpenSSL writes it: `TLS_AES_256_GCM_SHA384`.
  public var cipherText: String {
    unsafe String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl)))
  }

  /// The peer's certificate; nil before the handshake is done and where the peer showed none. On
  /// a server it has been verified wherever there is one.
  public var peerCertificate: PeerCertificate? {
    guard isEstablished, let certificate = unsafe SSL_get0_peer_certificate(ssl) else { return nil }
    return unsafe PeerCertificate(certificate)
  }

  /// Whether a server that has this context would take the certificate that the client showed: now,
  /// and by the authorities of that context.
  public func clientIsTrusted(by context: TLSContext) -> Bool {
    guard let certificate = unsafe SSL_get0_peer_certificate(ssl),
      let check = unsafe X509_STORE_CTX_new()
    else { return false }
    defer { unsafe X509_STORE_CTX_free(check) }
    let authorities = unsafe SSL_CTX_get_cert_store(context.pointer)
    let chain = unsafe SSL_get_peer_cert_chain(ssl)
    guard unsafe X509_STORE_CTX_init(check, authorities, certificate, chain) == 1,
      unsafe X509_STORE_CTX_set_default(check, "ssl_client") == 1
    else { return false }
    defer { OpenSSLErrors.clear() }
    return unsafe X509_verify_cert(check) == 1
  }
}
