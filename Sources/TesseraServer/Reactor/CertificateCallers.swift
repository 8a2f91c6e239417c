import TesseraCrypto
import TesseraEngine
import TesseraTLS

/// The callers behind client certificates. The fingerprint is asked before the common name.
struct CertificateCallers: Sendable {
  private var callers: [CertificateMapping.Match: Caller] = [:]

  init(_ mappings: [CertificateMapping], in engine: Engine) {
    for mapping in mappings {
      callers[mapping.match] = .certificate(
        name: mapping.name,
        access: CertificateAccess(permissions: mapping.permissions, in: engine))
    }
  }

  func caller(_ certificate: PeerCertificate) -> Caller? {
    if let caller = unsafe callers[.fingerprint(Hex.text(of: certificate.fingerprint.span.bytes))] {
      return caller
    }
    return certificate.commonName.flatMap { callers[.commonName($0)] }
  }
}
