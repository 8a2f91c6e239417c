import Testing
import TesseraBytes

@testable import TesseraTLS

@Suite final class ClientCertificateTests {
  private let authority = CertificateAuthority(commonName: "test authority")

  private func identity(
    _ authority: borrowing CertificateAuthority,
    purpose: CertificateAuthority.Request.Purpose = .client
  ) -> (certificateChain: PEMSource, privateKey: PEMSource) {
    let identity = authority.issue(
      CertificateAuthority.Request(
        commonName: "dashboard", purpose: purpose, alternativeNames: ["DNS:dashboard.internal"]))
    return (
      .bytes(identity.certificate, name: "client.pem"),
      .bytes(identity.privateKey, name: "client.key")
    )
  }

  private var trusted: PEMSource { .bytes(authority.certificatePEM, name: "clients.pem") }

  private func run(
    _ rule: TLSContext.ClientCertificates, _ identity: (PEMSource, PEMSource)?
  ) throws -> (outcome: TLSOutcome, peer: PeerCertificate?) {
    var server = Fixture.serverOptions()
    server.clientCertificates = rule
    var client = Fixture.clientOptions()
    client.identity = identity.map { (certificateChain: $0.0, privateKey: $0.1) }
    var pair = try Pair(server: server, client: client)
    let outcomes = pair.shakeHands()
    return (outcomes.server, pair.server.session.peerCertificate)
  }

  @Test func `a certificate of the authority is accepted, and its holder is read`() throws {
    for rule in [
      TLSContext.ClientCertificates.optional(authority: trusted), .required(authority: trusted),
    ] {
      let result = try run(rule, identity(authority))
      #expect(result.outcome == .done)
      let peer = try #require(result.peer)
      #expect(peer.commonName == "dashboard")
      #expect(peer.fingerprint.count == 32)
    }
  }

  @Test func `a client without one is served only where it is optional`() throws {
    let optional = try run(.optional(authority: trusted), nil)
    #expect(optional.outcome == .done && optional.peer == nil)
    let required = try run(.required(authority: trusted), nil)
    #expect(required.outcome.failure?.kind == .certificate)
    #expect(required.peer == nil)
  }

  @Test func `a certificate of another authority, or for servers, is refused`() throws {
    let other = CertificateAuthority(commonName: "test authority")
    let foreign = try run(.optional(authority: trusted), identity(other))
    #expect(foreign.outcome.failure?.kind == .certificate)
    let server = try run(.optional(authority: trusted), identity(authority, purpose: .server))
    #expect(server.outcome.failure?.kind == .certificate)
  }

  @Test func `a client hears that its certificate is required by the first read`() throws {
    var server = Fixture.serverOptions()
    server.clientCertificates = .required(authority: trusted)
    var pair = try Pair(server: server)
    let outcomes = pair.shakeHands()
    #expect(outcomes.client == .done)
    #expect(pair.client.read().failure?.kind == .certificate)
  }

  @Test func `fingerprints are of the certificate`() throws {
    let identity = identity(authority)
    let first = try run(.required(authority: trusted), identity).peer
    let again = try run(.required(authority: trusted), identity).peer
    let other = try run(.required(authority: trusted), self.identity(authority)).peer
    #expect(first?.fingerprint == again?.fingerprint)
    #expect(first?.fingerprint != other?.fingerprint)
  }
}
