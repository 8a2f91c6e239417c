import COpenSSL

/// Why a session ended that should not have. The session is of no further use; what it appended to
/// the output, an alert to the peer perhaps, should still be sent.
public struct TLSFailure: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// The peer does not speak TLS at all.
    case notTLS
    /// A certificate was refused: the peer's by us, or ours by the peer.
    case certificate
    /// The connection ended without the peer saying so: data may be missing at its end.
    case truncated
    /// Anything else that the protocol forbids, or a fatal alert of the peer.
    case protocolViolation
  }

  public let kind: Kind
  /// In OpenSSL's words.
  public let reason: String

  public var description: String {
    switch kind {
    case .notTLS: "the peer does not speak TLS: \(reason)"
    case .certificate: "certificate refused: \(reason)"
    case .truncated: "the connection was cut off: \(reason)"
    case .protocolViolation: "TLS failed: \(reason)"
    }
  }

  static let truncated = TLSFailure(
    kind: .truncated, reason: "it ended without the peer's close_notify")
}

extension TLSFailure {
  /// The failure of the call just made, from the newest entry of this thread's error queue, which
  /// is empty afterwards.
  init(of ssl: OpaquePointer) {
    let code = OpenSSLErrors.takeNewest()
    let verification = unsafe SSL_get_verify_result(ssl)
    let reason = OpenSSLErrors.reason(code)
    switch ERR_GET_LIB(code) == ERR_LIB_SSL ? ERR_GET_REASON(code) : 0 {
    case SSL_R_CERTIFICATE_VERIFY_FAILED where verification != Int(X509_V_OK):
      let why = unsafe String(cString: X509_verify_cert_error_string(verification))
      self.init(kind: .certificate, reason: why)
    case SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED,
      SSL_R_TLSV1_ALERT_UNKNOWN_CA, SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
      SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN,
      SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
      self.init(kind: .certificate, reason: reason)
    case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST,
      SSL_R_UNKNOWN_PROTOCOL, SSL_R_RECORD_LENGTH_MISMATCH, SSL_R_BAD_RECORD_TYPE:
      self.init(kind: .notTLS, reason: reason)
    default: self.init(kind: .protocolViolation, reason: reason)
    }
  }
}

/// This thread's queue of OpenSSL errors. Every failure here leaves it empty.
enum OpenSSLErrors {
  static func clear() { ERR_clear_error() }

  static func takeNewest() -> UInt {
    let code = ERR_peek_last_error()
    ERR_clear_error()
    return code
  }

  static func reason(_ code: UInt) -> String {
    guard let text = unsafe ERR_reason_error_string(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }

  static func takeReason() -> String { reason(takeNewest()) }
}
