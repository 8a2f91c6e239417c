import TesseraModel
import Testing

@testable import TesseraEngine

/// Lines that take READ_PROJECT_API_TOKEN away go only by who has it there.
@Suite struct HiddenTokensTests {
  private static let hider: RoleName = "Hider"

  /// Bob is a member of alpha, may write users, and a role hides alpha's tokens from him.
  private func makeAuthority(hiding place: Grant.Place = .project(.alpha)) -> Authority {
    var authority = Authority()
    authority.put(.role(.init(HiddenTokensTests.hider, grants: [Grant(place, hidesTokens: true)])))
    authority.put(
      .bob, [Grant(.project(.alpha)), Grant(.global, permissions: [.usersWrite])],
      roles: [HiddenTokensTests.hider]
    ) { $0.password = .sample(1) }
    authority.put("hidden", [Grant(.project(.alpha), hidesTokens: true)])
    return authority
  }

  private func update(_ id: UserID, _ change: (inout UpdateUserCommand) -> Void) -> Command {
    var command = UpdateUserCommand(id)
    change(&command)
    return .updateUser(command)
  }

  @Test(arguments: [Grant.Place.project(.alpha), .allProjects])
  func `nobody takes from themselves the role that hides tokens`(_ place: Grant.Place) {
    var authority = makeAuthority(hiding: place)
    let bob = authority.signedIn(.bob)
    let rows: [(field: String, command: Command)] = [
      ("id", update(.bob) { $0.roles = [] }),
      ("entry.grants", .updateEntry(.role(.init(HiddenTokensTests.hider)), ifVersion: nil)),
      ("key", .removeEntry(.role(HiddenTokensTests.hider))),
    ]
    for row in rows {
      let refusal = authority.run(row.command, by: bob).refusal
      #expect(refusal?.code == .permissionDenied && refusal?.field == row.field)
    }
    #expect(authority.run(update(.bob) { $0.roles = [] }).refusal == nil, "an administrator does")
  }

  @Test func `nobody takes it from others either, where they do not see the tokens themselves`() {
    var authority = makeAuthority()
    let uncover = update("hidden") { $0.grants = [] }
    let refusal = authority.run(uncover, by: authority.signedIn(.bob)).refusal
    #expect(refusal?.code == .permissionDenied && refusal?.field == "grants")
    authority.put("seer", [Grant(.project(.alpha)), Grant(.global, permissions: [.usersWrite])]) {
      $0.password = .sample(2)
    }
    #expect(authority.run(uncover, by: authority.signedIn("seer")).refusal == nil)
  }

  @Test func `what still hides them elsewhere lets a line go`() {
    var authority = makeAuthority()
    let bob = authority.signedIn(.bob)
    for grants in [
      [Grant(.project(.alpha), createsTokens: false, hidesTokens: true)],
      [Grant(.project(.alpha), hidesTokens: true), Grant(.global, permissions: [.usersWrite])],
    ] {
      let outcome = authority.run(update("hidden") { $0.grants = grants }, by: bob)
      #expect(outcome.refusal == nil)
    }
  }

  @Test func `a product may where it may give`() {
    var authority = makeAuthority()
    let uncover = update("hidden") { $0.grants = [Grant(.project(.alpha))] }
    let elsewhere = authority.service([PermissionGrant(.usersWrite, projects: [.beta])])
    #expect(authority.run(uncover, by: elsewhere).refusal != nil)
    let there = authority.service([PermissionGrant(.usersWrite, projects: [.alpha])])
    #expect(authority.run(uncover, by: there).refusal == nil)
  }
}
