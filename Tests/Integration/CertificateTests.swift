import Testing
import TesseraModel
import TesseraServer
import TesseraTLS
import TesseraWire

/// Callers who are known by a client certificate.
@Suite final class CertificateTests {
  private let signer = CertificateAuthority(commonName: "clients of the test")
  private var trusted: TLSContext.ClientCertificates {
    .optional(authority: .bytes(signer.certificatePEM, name: "clients.pem"))
  }

  private func mapping(_ permissions: [PermissionGrant]?) -> CertificateMapping {
    CertificateMapping(
      name: "gateway", match: .commonName("gateway.internal"), permissions: permissions)
  }

  @Test func `a mapped certificate is the caller, with the permissions it is mapped to`() throws {
    let authority = try TestAuthority(
      clientCertificates: trusted, mappings: [mapping([PermissionGrant(.tokensValidate)])])
    let client = try authority.connect(TestAuthority.context("gateway.internal", signer))
    #expect(try client.call(WhoAmIRequest()).caller?.actor == .certificate("gateway"))
    #expect(try client.verdict(authority.rootToken) == .allowed)
    #expect(try client.refusal(of: TestClient.request(.client)).code == .permissionDenied)
    let again = AuthenticateRequest(token: authority.rootToken)
    #expect(try client.refusal(of: again).code == .failedPrecondition)
  }

  @Test func `a certificate that is mapped to everything may do what an ADMIN token may`() throws {
    let authority = try TestAuthority(clientCertificates: trusted, mappings: [mapping(nil)])
    let client = try authority.connect(TestAuthority.context("gateway.internal", signer))
    let token = try client.issue(.admin)
    #expect(
      try client.call(GetRequest(token.id)).token?.createdBy == .certificate("gateway"))
  }

  @Test func `a certificate that is not mapped is nobody, and may show a token`() throws {
    let authority = try TestAuthority(clientCertificates: trusted, mappings: [mapping(nil)])
    let client = try authority.connect(TestAuthority.context("other.internal", signer))
    #expect(try client.refusal(of: WhoAmIRequest()).code == .unauthenticated)
    _ = try client.call(AuthenticateRequest(token: authority.rootToken))
    #expect(try client.call(WhoAmIRequest()).caller?.kind == .admin)
  }

  @Test func `a certificate of another authority is refused in the handshake`() throws {
    let authority = try TestAuthority(clientCertificates: trusted, mappings: [mapping(nil)])
    let stranger = CertificateAuthority(commonName: "somebody else")
    let context = try TestAuthority.context("gateway.internal", stranger)
    let client = try TestClient(authority.server.address, context)
    // TLS 1.3 lets a client finish before the server has looked at its certificate.
    try? client.shakeHands()
    #expect(try client.next() == .cut)
    #expect(authority.server.counters[.handshakesFailed] == 1)
    #expect(try authority.admin().verdict(authority.rootToken) == .allowed)
  }

  @Test func `a certificate that is unmapped is refused on connections that are open`() throws {
    let authority = try TestAuthority(clientCertificates: trusted, mappings: [mapping(nil)])
    let client = try authority.connect(TestAuthority.context("gateway.internal", signer))
    let admin = try authority.admin()
    let token = try client.issue(.client)
    authority.server.adopt(
      try TestAuthority.identity(trusted, [mapping([PermissionGrant(.tokensValidate)])]))
    try eventually("the permissions change") {
      do {
        _ = try client.issue(.client)
        return false
      } catch let refusal as Refusal {
        #expect(refusal.code == .permissionDenied)
        return true
      }
    }
    #expect(try client.verdict(token.value) == .allowed)
    authority.server.adopt(try TestAuthority.identity(trusted, []))
    try eventually("the certificate is unmapped") {
      do {
        _ = try client.verdict(token.value)
        return false
      } catch let refusal as Refusal {
        #expect(refusal.code == .unauthenticated)
        return true
      }
    }
    // Who came with a token is not touched.
    #expect(try admin.verdict(token.value) == .allowed)
    authority.server.adopt(try TestAuthority.identity(trusted, [mapping(nil)]))
    try eventually("it is mapped again") {
      (try? client.call(WhoAmIRequest()).caller?.actor) == .certificate("gateway")
    }
  }

  @Test func `who came by a certificate is nobody once its authority is not trusted`() throws {
    let authority = try TestAuthority(clientCertificates: trusted, mappings: [mapping(nil)])
    let client = try authority.connect(TestAuthority.context("gateway.internal", signer))
    _ = try client.call(WhoAmIRequest())
    let next = CertificateAuthority(commonName: "the next clients of the test")
    let trustedNext = TLSContext.ClientCertificates.optional(
      authority: .bytes(next.certificatePEM, name: "clients.pem"))
    authority.server.adopt(try TestAuthority.identity(trustedNext, [mapping(nil)]))
    try eventually("the old authority's certificate is nobody's") {
      do {
        _ = try client.call(WhoAmIRequest())
        return false
      } catch let refusal as Refusal {
        return refusal.code == .unauthenticated
      }
    }
    let new = try authority.connect(TestAuthority.context("gateway.internal", next))
    #expect(try new.call(WhoAmIRequest()).caller?.actor == .certificate("gateway"))
  }

  @Test func `who came by a certificate is nobody once it has ended`() throws {
    let authority = try TestAuthority(clientCertificates: trusted, mappings: [mapping(nil)])
    let client = try authority.connect(
      TestAuthority.context("gateway.internal", signer, seconds: 5))
    _ = try client.call(WhoAmIRequest())
    try eventually("it has ended") {
      do {
        _ = try client.call(WhoAmIRequest())
        return false
      } catch let refusal as Refusal {
        return refusal.code == .unauthenticated
      }
    }
  }

  @Test func `new connections see a new certificate, and open ones go on`() throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let before = try #require(client.serverFingerprint)
    let renewed = DevelopmentCertificates.make()
    authority.server.adopt(try TestAuthority.identity(.ignored, [], renewed))
    let context = try TLSContext(
      client: TLSContext.ClientOptions(authority: .bytes(renewed.authority, name: "ca.pem")))
    try eventually("the new certificate is shown") {
      do {
        return try authority.connect(context).serverFingerprint != before
      } catch is TLSFailure {
        return false
      }
    }
    #expect(try client.verdict(authority.rootToken) == .allowed)
  }
}
