import TesseraModel
import Testing

@testable import TesseraEngine

/// Who gets the id of a user who was removed is somebody else.
@Suite struct RecreatedUserTests {
  /// Bob has a token and is removed, and there is another bob; the clock has stood still.
  private func makeAuthority() -> Authority {
    var authority = Authority()
    authority.put(.bob, [Grant(.project(.alpha))]) { $0.password = .sample(1) }
    return authority
  }

  private func replaceBob(_ authority: inout Authority) -> Caller {
    _ = authority.run(.removeUser(.bob))
    var command = CreateUserCommand(.bob)
    command.password = .sample(2)
    _ = authority.run(.createUser(command))
    return authority.signedIn(.bob)
  }

  private func events(_ authority: borrowing Authority, _ caller: Caller) -> [Event] {
    guard let rights = authority.rights(caller) else { return [] }
    return authority.engine.events(
      before: nil, examining: 1_000, limit: 1_000, filter: EventFilter(), for: rights,
      now: authority.now
    ).elements
  }

  @Test func `the former's tokens are not theirs`() {
    var authority = makeAuthority()
    let old = authority.issue(.personal, by: authority.signedIn(.bob)) { $0.owner = .bob }
    let bob = replaceBob(&authority)
    guard let rights = authority.rights(bob) else { return }
    #expect(authority.engine.token(old.id, for: rights) == nil)
    #expect(authority.update(old.id, by: bob) { $0.name = "mine" }.mark == "?")
    #expect(authority.regenerate(old.id, by: bob).mark == "?")
    #expect(authority.revoke([old.id], by: bob).mark == "?")
    #expect(
      authority.run(.issue(authority.makeIssue(.personal) { $0.copyOf = old.id }), by: bob)
        .mark == "?")
  }

  @Test func `nor are the former's events`() {
    var authority = makeAuthority()
    let old = authority.issue(.personal, by: authority.signedIn(.bob)) { $0.owner = .bob }
    _ = authority.revoke([old.id])
    #expect(events(authority, authority.signedIn(.bob)).count == 2)
    let bob = replaceBob(&authority)
    #expect(events(authority, bob).isEmpty)
    let new = authority.issue(.personal, by: bob) { $0.owner = .bob }
    _ = authority.revoke([new.id])
    #expect(events(authority, bob).map(\.kind) == [.tokenRevoked, .tokenIssued])
    guard let rights = authority.rights(bob) else { return }
    #expect(authority.engine.token(new.id, for: rights) != nil, "revoked, and their own")
  }

  @Test func `what follows a removal is later than it, also after a restart`() {
    var authority = makeAuthority()
    _ = authority.run(.removeUser(.bob))
    let removed = authority.engine.lastMoment
    #expect(authority.engine.makeBatch(now: authority.now).now > removed)
    let engine = Engine(hashKey: (3, 4))
    engine.startReplay(after: authority.engine.revision, highestTime: removed)
    #expect(engine.makeBatch(now: authority.now).now > removed)
  }
}
