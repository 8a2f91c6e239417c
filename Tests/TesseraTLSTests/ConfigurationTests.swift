import Testing

@testable import TesseraTLS

@Suite struct ConfigurationTests {
  private let good = Fixture.certificates

  private func reason(_ chain: PEMSource, _ key: PEMSource) -> String? {
    let error = #expect(throws: TLSConfigurationError.self) {
      try TLSContext(
        server: TLSContext.ServerOptions(certificateChain: chain, privateKey: key))
    }
    return error?.description
  }

  @Test func `what cannot be loaded is named with the reason`() {
    let certificate = PEMSource.bytes(good.certificate, name: "server.pem")
    let key = PEMSource.bytes(good.privateKey, name: "server.key")
    let missing = reason(.file("no/such/file.pem"), key)
    #expect(missing == "no/such/file.pem: open: No such file or directory")
    #expect(
      reason(.bytes([], name: "empty.pem"), key)
        == "empty.pem: holds no certificate; PEM is expected (BEGIN CERTIFICATE)")
    #expect(
      reason(certificate, .bytes(good.certificate, name: "server.key"))?
        .hasPrefix("server.key: holds no private key that can be read") == true)
    let torn = reason(.bytes(Array(good.certificate.dropLast(60)), name: "torn.pem"), key)
    #expect(torn?.hasPrefix("torn.pem: certificate 1 cannot be read: ") == true)
    let second = good.certificate + good.certificate.dropLast(60)
    #expect(
      reason(.bytes(Array(second), name: "torn.pem"), key)?
        .hasPrefix("torn.pem: certificate 2 cannot be read: ") == true)
    let other = DevelopmentCertificates.make()
    #expect(
      reason(certificate, .bytes(other.privateKey, name: "other.key"))?
        .hasPrefix("other.key: the key does not fit server.pem: ") == true)
  }

  @Test(arguments: [
    """
    -----BEGIN EC PRIVATE KEY-----
    Proc-Type: 4,ENCRYPTED
    DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF

    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
    -----END EC PRIVATE KEY-----
    """,
    """
    -----BEGIN ENCRYPTED PRIVATE KEY-----
    MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhxfbE7AJnGmgICCAAw
    DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEIEeH0A58oW29cle23V12D0EgZAj
    /yvjYH9GvLhImmiBZ0xIv7R+NzgtUL9P9Ev/ojszrpQwlX5IfCcu+yAwCo3PQb0T
    QFN5o/hEm8w4/3ZuWyEe8RVCZbfJwZTfpvXDhqfWN81VHcFT8r4oeulBEV80RxDM
    D4hn2eE2vICIzXMobkz69xEI/n6VGN78L/feRWrpnRcwvclfFJ2+kCf0IBLp1K0=
    -----END ENCRYPTED PRIVATE KEY-----
    """,
  ])
  func `an encrypted key is refused without asking for its password`(key: String) {
    let text = reason(
      .bytes(good.certificate, name: "server.pem"),
      .bytes(Array("\(key)\n".utf8), name: "server.key"))
    #expect(text?.hasPrefix("server.key: the private key is encrypted") == true)
  }

  @Test func `an authority's file may hold several certificates`() throws {
    let other = DevelopmentCertificates.make()
    var options = TLSContext.ClientOptions()
    options.authority = .bytes(other.authority + good.authority, name: "ca.pem")
    var pair = try Pair(client: options)
    let outcomes = pair.shakeHands()
    #expect(outcomes == (.done, .done))
  }
}
