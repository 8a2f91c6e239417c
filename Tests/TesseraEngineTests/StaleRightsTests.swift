import TesseraModel
import Testing

@testable import TesseraEngine

/// A role may have more members than are compiled in one go.
@Suite struct StaleRightsTests {
  private static let crowd: RoleName = "Crowd"

  private func member(_ number: Int) -> UserID { UserID(unchecked: "member\(number)") }

  private func role(_ methods: MethodName...) -> RegistryEntry {
    .role(
      .init(
        StaleRightsTests.crowd,
        grants: [Grant(.project(.alpha), scopes: .some(sets: [], methods: methods))]))
  }

  @Test func `all members of a role have what it gives when the change is told`() {
    let members = StaleRights.slice * 2 + 1
    var authority = Authority()
    authority.put(role(.read))
    for number in 0..<members {
      authority.engine.restore(
        UserRecord(
          member(number), roles: [StaleRightsTests.crowd], createdAt: authority.now,
          createdBy: .offline("test")))
    }
    let read = authority.number(.read)
    let alpha = authority.number(.alpha)
    func count(_ authority: borrowing Authority) -> Int {
      let shared = authority.engine.shared
      return (0..<members).count {
        shared.user(UserID(unchecked: "member\($0)"))?.opens(read, in: alpha) == true
      }
    }
    #expect(count(authority) == members)
    authority.put(role(.write))
    #expect(count(authority) == 0)
    authority.put(role(.read))
    #expect(count(authority) == members)
    authority.remove(.role(StaleRightsTests.crowd))
    #expect(count(authority) == 0)
  }

  @Test func `a slice leaves the revision untold while rights are stale`() {
    var authority = Authority()
    authority.put(role(.read))
    for number in 0...StaleRights.slice {
      authority.engine.restore(
        UserRecord(
          member(number), roles: [StaleRightsTests.crowd], createdAt: authority.now,
          createdBy: .offline("test")))
    }
    let before = authority.engine.revision
    let entry = JournalEntry(
      revision: before.next, at: authority.now, actor: authority.root.actor, kind: .entryUpdated,
      mutation: .putEntry(role(.write)))
    let isSettled = authority.engine.ledger.withLock {
      var application = Application([entry])
      $0.apply(&application)
      return $0.settle()
    }
    #expect(!isSettled && authority.engine.revision == before)
    // A certificate comes meanwhile.
    _ = CertificateAccess(permissions: [PermissionGrant(.tokensRead)], in: authority.engine)
    #expect(authority.engine.revision == before)
    let isSettledNow = authority.engine.ledger.withLock { $0.settle() }
    #expect(isSettledNow && authority.engine.revision == before.next)
  }

  /// A snapshot that is taken in the midst of it may hold the change.
  @Test func `the last change that is applied is told before all its rights are settled`() {
    let authority = Authority()
    let entry = JournalEntry(
      revision: authority.engine.revision.next, at: authority.now, actor: authority.root.actor,
      kind: .entryUpdated, mutation: .putEntry(.project(.init("delta"))))
    var application = Application([entry])
    authority.engine.ledger.withLock { $0.apply(&application) }
    #expect(authority.engine.revision < entry.revision)
    #expect(authority.engine.appliedRevision == entry.revision)
  }
}
