import Testing
import TesseraModel
import TesseraWire

/// The life of a token through real TLS.
@Suite struct LifeTests {
  @Test(arguments: [TokenKind.admin, .personal, .client, .frontend, .service])
  func `a token of each kind is issued, allowed, revoked, and then is not`(
    _ kind: TokenKind
  ) throws {
    let authority = try TestAuthority()
    let client = try authority.admin()
    let token = try client.issue(kind)
    let answer = try client.validate(token.value) { $0.kinds = KindSet(kind) }
    #expect(answer.verdict == .allowed)
    #expect(answer.id == token.id)
    #expect(answer.kind == kind)
    #expect(answer.revision >= token.revision)
    let revoked = try client.revoke([token.id])
    #expect(revoked.outcomes == [RevokeOutcome(token.id, .revoked)])
    #expect(revoked.revision > token.revision)
    #expect(try client.verdict(token.value) { $0.kinds = KindSet(kind) } == .revoked)
    #expect(try client.revoke([token.id]).outcomes == [RevokeOutcome(token.id, .alreadyRevoked)])
  }
}
