/// What a server needs to speak TLS on one machine, made on the spot. Not for production: whoever
/// trusts `authority` trusts this one certificate, since the authority's key is gone.
public struct DevelopmentCertificates: Sendable {
  /// The authority's certificate, for clients to trust.
  public let authority: [UInt8]
  /// The server's certificate, for localhost, 127.0.0.1 and ::1.
  public let certificate: [UInt8]
  /// The server's key; a secret.
  public let privateKey: [UInt8]

  /// Makes new ones, in PEM.
  public static func make(validDays: Int = 365) -> DevelopmentCertificates {
    let authority = CertificateAuthority(
      commonName: "Tessera development authority", validDays: validDays)
    let server = authority.issue(
      CertificateAuthority.Request(
        commonName: "localhost", purpose: .server, validDays: validDays,
        alternativeNames: ["DNS:localhost", "IP:127.0.0.1", "IP:::1"]))
    return DevelopmentCertificates(
      authority: authority.certificatePEM, certificate: server.certificate,
      privateKey: server.privateKey)
  }
}
