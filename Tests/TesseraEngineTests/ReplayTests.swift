import TesseraModel
import Testing

@testable import TesseraEngine

/// A repeated Issue is answered with the token as it is now, as far as the caller may see it.
@Suite struct ReplayTests {
  private func repeated(
    _ authority: inout Authority, _ permissions: [PermissionGrant],
    _ change: (inout UpdateCommand) -> Void
  ) -> (first: TokenRecord?, again: Outcome) {
    let caller = authority.service(permissions)
    var command = authority.makeIssue(.client) { $0.projects = .list([.alpha]) }
    command.idempotency = (.sample(91), .sample(92))
    let first = authority.run(.issue(command), by: caller).record
    if let first { _ = authority.update(first.id, change) }
    return (first, authority.run(.issue(command), by: caller))
  }

  @Test func `what the caller might issue is shown whole`() {
    var authority = Authority()
    let (first, again) = repeated(
      &authority, [PermissionGrant(.tokensIssue, projects: [.alpha])]
    ) { $0.name = "renamed" }
    #expect(again.record?.id == first?.id && again.record?.name == "renamed")
  }

  @Test func `of other projects it learns nothing`() {
    var authority = Authority()
    let limits = [Permission.tokensIssue, .tokensRead].map {
      PermissionGrant($0, projects: [.alpha])
    }
    let (first, again) = repeated(&authority, limits) { $0.projects = [.alpha, .beta] }
    #expect(again.record?.id == first?.id)
    #expect(again.record?.projects == .list([.alpha]))
  }

  @Test func `what it does not see at all it is told by the id alone`() throws {
    var authority = Authority()
    let (first, again) = repeated(
      &authority, [PermissionGrant(.tokensIssue, projects: [.alpha])]
    ) { $0.projects = [.alpha, .beta] }
    let refusal = try #require(again.refusal)
    #expect(refusal.code == .failedPrecondition && refusal.field == "idempotency_key")
    #expect(first.map { refusal.message.contains($0.id.description) } == true)
    #expect(!refusal.message.contains("beta"))
  }
}
