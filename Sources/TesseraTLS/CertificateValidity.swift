import COpenSSL
import Glibc

/// From when to when a certificate is valid.
public struct CertificateValidity: Equatable, Sendable {
  /// Whose it is, as its subject says.
  public let commonName: String?
  /// The first and the last second, counted from 1970.
  public let firstSecond: Int64
  public let lastSecond: Int64

  package init(commonName: String?, firstSecond: Int64, lastSecond: Int64) {
    self.commonName = commonName
    self.firstSecond = firstSecond
    self.lastSecond = lastSecond
  }

  init(_ certificate: OpaquePointer) {
    commonName = unsafe PeerCertificate.commonName(of: certificate)
    // A time that cannot be read is long ago: such a certificate is accepted by nobody.
    firstSecond = unsafe seconds(X509_get0_notBefore(certificate)) ?? 0
    lastSecond = unsafe seconds(X509_get0_notAfter(certificate)) ?? 0
  }
}

/// A certificate's time, counted from 1970; nil where it is none.
func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
  var parts = unsafe tm()
  guard unsafe ASN1_TIME_to_tm(time, &parts) == 1 else {
    OpenSSLErrors.clear()
    return nil
  }
  return Int64(unsafe timegm(&parts))
}
