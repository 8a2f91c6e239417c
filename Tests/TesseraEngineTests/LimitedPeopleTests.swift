import TesseraModel
import Testing

@testable import TesseraEngine

/// A caller that writes the users and roles of some projects learns nothing of others.
@Suite struct LimitedPeopleTests {
  private static let empty: RoleName = "Empty"
  private static let alphas: RoleName = "Alphas"

  private func makeAuthority() -> Authority {
    var authority = Authority()
    authority.put(.role(.init(LimitedPeopleTests.empty)))
    authority.put(.role(.init(LimitedPeopleTests.alphas, grants: [Grant(.project(.alpha))])))
    authority.put("bare")
    authority.put("elsewhere", [Grant(.project(.beta))])
    authority.put("half", [Grant(.project(.alpha))], roles: [LimitedPeopleTests.empty])
    authority.put("theirs", [Grant(.project(.alpha))])
    authority.put("by-role", roles: [LimitedPeopleTests.alphas])
    return authority
  }

  private func makeCaller(_ authority: inout Authority) -> Caller {
    authority.service([
      PermissionGrant(.usersWrite, projects: [.alpha]),
      PermissionGrant(.usersRead, projects: [.alpha]),
    ])
  }

  private func renamed(_ id: UserID) -> Command {
    var command = UpdateUserCommand(id)
    command.name = "new"
    return .updateUser(command)
  }

  @Test func `who is another's and who is not there are refused in the same words`() {
    var authority = makeAuthority()
    let caller = makeCaller(&authority)
    for id in ["bare", "elsewhere", "half", "nobody"] as [UserID] {
      for command in [renamed(id), .removeUser(id), .setPassword(id, .sample(1))] {
        #expect(authority.run(command, by: caller).refusal == .noUser(id, field: "id"))
      }
      guard let rights = authority.rights(caller) else { return }
      #expect(authority.engine.user(id, for: rights) == nil)
    }
    for id in ["theirs", "by-role"] as [UserID] {
      #expect(authority.run(renamed(id), by: caller).refusal == nil)
      guard let rights = authority.rights(caller) else { return }
      #expect(authority.engine.user(id, for: rights) != nil)
    }
  }

  @Test func `who reads users within a kind or an environment reads none`() {
    let authority = makeAuthority()
    for grant in [
      PermissionGrant(.usersRead, kinds: KindSet(.client)),
      PermissionGrant(.usersRead, environments: [.development]),
      PermissionGrant(.usersRead, projects: [.alpha], environments: [.development]),
    ] {
      // A SERVICE token is not given such a limit any more.
      let caller = Caller.certificate(
        name: "old", access: CertificateAccess(permissions: [grant], in: authority.engine))
      guard let rights = authority.rights(caller) else { return }
      let users = authority.engine.users(
        after: nil, examining: 100, limit: 100, UserFilter(), for: rights)
      #expect(users.elements.isEmpty && users.isAtEnd)
      let roles = authority.engine.entries(
        .role, after: nil, examining: 100, limit: 100, text: "", for: rights)
      #expect(roles.elements.isEmpty)
      #expect(authority.engine.user("theirs", for: rights) == nil)
    }
  }

  @Test func `so are roles`() {
    var authority = makeAuthority()
    let caller = makeCaller(&authority)
    for name in [LimitedPeopleTests.empty, "No such"] as [RoleName] {
      let key = RegistryKey.role(name)
      #expect(
        authority.run(.removeEntry(key), by: caller).refusal == .noEntry(key, field: "key"))
      let update = Command.updateEntry(
        .role(.init(name, grants: [Grant(.project(.alpha))])), ifVersion: nil)
      #expect(authority.run(update, by: caller).refusal == .noEntry(key, field: "entry.key"))
      var create = CreateUserCommand("new")
      create.grants = [Grant(.project(.alpha))]
      create.roles = [name]
      let refusal = authority.run(.createUser(create), by: caller).refusal
      #expect(refusal?.code == .permissionDenied && refusal?.field == "roles")
    }
    let description = RegistryEntry.role(
      .init(LimitedPeopleTests.alphas, description: "new", grants: [Grant(.project(.alpha))]))
    #expect(authority.run(.updateEntry(description, ifVersion: nil), by: caller).refusal == nil)
  }

  @Test func `a name that is taken is told only to who asks for what it may make`() {
    var authority = makeAuthority()
    let caller = makeCaller(&authority)
    var create = CreateUserCommand("elsewhere")
    #expect(authority.run(.createUser(create), by: caller).refusal?.code == .permissionDenied)
    create.grants = [Grant(.project(.alpha))]
    #expect(authority.run(.createUser(create), by: caller).refusal?.code == .alreadyExists)
    let role = RegistryEntry.role(.init(LimitedPeopleTests.empty))
    #expect(authority.run(.createEntry(role), by: caller).refusal?.code == .permissionDenied)
  }

  @Test func `nobody is left without a project by who could not reach them then`() {
    var authority = makeAuthority()
    let caller = makeCaller(&authority)
    var update = UpdateUserCommand("theirs")
    update.grants = []
    let refusal = authority.run(.updateUser(update), by: caller).refusal
    #expect(refusal?.code == .permissionDenied && refusal?.field == "grants")
    #expect(authority.run(.removeUser("theirs"), by: caller).refusal == nil)
  }
}
