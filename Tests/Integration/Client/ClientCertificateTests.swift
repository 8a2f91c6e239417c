import TesseraClient
import TesseraServer
import TesseraTLS
import Testing

/// Callers of the library who are known by a client certificate.
@Suite struct ClientCertificateTests {
  private let gateway = "gateway.internal"

  private func credential(
    _ commonName: String, _ signer: borrowing CertificateAuthority
  ) -> Credential {
    let identity = signer.issue(.init(commonName: commonName, purpose: .client))
    return .certificate(chain: .bytes(identity.certificate), key: .bytes(identity.privateKey))
  }

  private func authority(_ signer: borrowing CertificateAuthority) throws -> TestAuthority {
    try TestAuthority(
      clientCertificates: .optional(
        authority: .bytes(signer.certificatePEM, name: "clients.pem")),
      mappings: [
        CertificateMapping(
          name: "gateway", match: .commonName(gateway),
          permissions: [PermissionGrant(.tokensValidate)])
      ])
  }

  @Test func `a certificate that is mapped is the caller, without a token`() async throws {
    let signer = CertificateAuthority(commonName: "clients")
    let server = try authority(signer)
    let client = try server.client(credential(gateway, signer))
    let caller = try await client.whoAmI()
    #expect(caller.actor == .certificate("gateway"))
    #expect(caller.permissions == [PermissionGrant(.tokensValidate)])
    #expect(try await client.validate(server.rootToken).isAllowed)
    await client.close()
  }

  @Test func `a certificate that nobody knows is no caller`() async throws {
    let signer = CertificateAuthority(commonName: "clients")
    let server = try authority(signer)
    let unmapped = try server.client(credential("other.internal", signer))
    await #expect(throws: TesseraError.self) { try await unmapped.whoAmI() }
    #expect(try await unmapped.health().status == .serving)
    await unmapped.close()
    let stranger = CertificateAuthority(commonName: "somebody else")
    let client = try server.client(credential(gateway, stranger))
    do {
      _ = try await client.whoAmI()
      Issue.record("a certificate of another authority passed")
    } catch TesseraError.certificate {}
    await client.close()
  }

  @Test func `a key that is not the certificate's is refused before anything is asked`() throws {
    let signer = CertificateAuthority(commonName: "clients")
    let (one, other) = (
      signer.issue(.init(commonName: gateway, purpose: .client)),
      signer.issue(.init(commonName: gateway, purpose: .client))
    )
    do {
      _ = try TesseraClient(
        .init(
          address: "localhost:1",
          credential: .certificate(chain: .bytes(one.certificate), key: .bytes(other.privateKey))))
      Issue.record("another certificate's key was taken")
    } catch TesseraError.configuration {}
  }
}
