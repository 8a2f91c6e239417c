import TesseraModel
import Testing

@testable import TesseraEngine

@Suite struct UserCommandTests {
  private func create(
    _ authority: inout Authority, by caller: Caller? = nil,
    _ change: (inout CreateUserCommand) -> Void = { _ in }
  ) -> Outcome {
    var command = CreateUserCommand("new")
    change(&command)
    return authority.run(.createUser(command), by: caller)
  }

  private func update(
    _ authority: inout Authority, _ id: UserID, _ change: (inout UpdateUserCommand) -> Void
  ) -> Outcome {
    var command = UpdateUserCommand(id)
    change(&command)
    return authority.run(.updateUser(command))
  }

  @Test func `what is wrong with a user is told by the field`() {
    let rows: [(field: String, change: (inout CreateUserCommand) -> Void)] = [
      ("name", { $0.name = String(repeating: "a", count: 201) }),
      ("name", { $0.name = "a\nb" }),
      ("roles", { $0.roles = ["No such"] }),
      ("roles", { $0.roles = (0...100).map { RoleName(unchecked: "r\($0)") } }),
      ("grants", { $0.grants = Array(repeating: Grant(.allProjects), count: 1_001) }),
      ("grants[0].project", { $0.grants = [Grant(.project(.nowhere))] }),
      (
        "grants[2].scopes.methods",
        {
          $0.grants = [
            Grant(.allProjects), Grant(.global), Grant(.allProjects, scopes: .methods("no.such")),
          ]
        }
      ),
      ("grants[0].permissions", { $0.grants = [Grant(.global, permissions: [.usersActAs])] }),
    ]
    for row in rows {
      var authority = Authority()
      let refusal = create(&authority, row.change).refusal
      #expect(refusal?.code == .invalidArgument && refusal?.field == row.field)
    }
    var authority = Authority()
    let twice = create(&authority) { $0.id = .ada }.refusal
    #expect(twice?.code == .alreadyExists && twice?.field == "id")
  }

  @Test func `a user is created, changed at their version, and removed with their tokens`() {
    var authority = Authority()
    let outcome = create(&authority) {
      $0.name = "New"
      $0.password = .sample(1)
      $0.grants = [Grant(.global, permissions: [.usersWrite, .usersRead, .usersWrite])]
    }
    guard case .user(let made, tokens: 0) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(made.version == 1 && made.createdAt == authority.now)
    #expect(made.createdBy == authority.root.actor)
    #expect(made.grants == [Grant(.global, permissions: [.usersRead, .usersWrite])])
    let token = authority.issue(.personal) { $0.owner = "new" }
    let late = update(&authority, "new") {
      $0.isDisabled = true
      $0.ifVersion = 2
    }
    #expect(late.refusal?.code == .aborted && late.refusal?.field == "if_version")
    for _ in 0..<2 {
      let changed = update(&authority, "new") {
        $0.isDisabled = true
        $0.ifVersion = 1
      }
      guard case .user(let now, tokens: 1) = changed else {
        Issue.record("\(changed)")
        return
      }
      #expect(now.version == 2 && now.isDisabled && now.password == .sample(1))
    }
    #expect(authority.verdict(token) == .ownerInactive)
    #expect(update(&authority, "new") { _ in }.refusal?.code == .invalidArgument)
    guard case .removed(revokedTokens: 1) = authority.run(.removeUser("new")) else {
      Issue.record("not removed")
      return
    }
    #expect(authority.held(token)?.revocation?.reason == "the user was removed")
    #expect(authority.run(.removeUser("new")).refusal?.code == .notFound)
    let events = authority.engine.events(after: nil, limit: 100).filter {
      $0.subject == .user("new")
    }
    #expect(events.map(\.kind) == [.userCreated, .userUpdated, .userRemoved])
    #expect(events[1].changes == [FieldChange("disabled", before: "false", after: "true")])
    #expect(events[2].changes == [FieldChange("revoked_tokens", after: "1")])
  }

  @Test func `a password is set, and not told`() {
    var authority = Authority()
    _ = create(&authority) { $0.password = .sample(1) }
    let caller = authority.signedIn("new")
    guard case .passwordSet = authority.run(.setPassword("new", .sample(2)), by: caller) else {
      Issue.record("refused")
      return
    }
    #expect(authority.rights(caller) == nil, "who signed in by the one before is out")
    #expect(authority.engine.user("new")?.version == 2)
    let event = authority.engine.events(after: nil, limit: 100).last
    #expect(event?.kind == .passwordChanged && event?.changes == [FieldChange("password")])
    let revision = authority.engine.revision
    _ = authority.run(.setPassword("new", .sample(2)))
    #expect(authority.engine.revision == revision, "nothing changed")
    _ = authority.run(.setPassword("new", nil))
    #expect(authority.engine.signIn("new") == nil)
    #expect(authority.run(.setPassword("nobody", nil)).refusal?.code == .notFound)
  }

  @Test func `a narrow token of an administrator is no administrator`() {
    var authority = Authority()
    _ = authority.makeStage(.admin)
    let narrow = authority.issue(.personal) {
      $0.owner = .eve
      $0.scopes = .methods(.read)
      $0.expiry = .after(.seconds(60))
    }
    let caller = authority.authenticate(narrow)
    #expect(create(&authority, by: caller).mark == "-")
    #expect(authority.run(.setPassword(.eve, .sample(3)), by: caller).mark == "-")
    #expect(authority.run(.issue(authority.makeIssue(.admin)), by: caller).mark == "-")
    let capped = authority.issue(.client, by: caller)
    #expect(capped.expiresAt == narrow.expiresAt)
    let late = authority.makeIssue(.client) { $0.expiry = .after(.seconds(61)) }
    #expect(authority.run(.issue(late), by: caller).refusal?.field == "expires_at")
  }

  @Test func `tokens are issued for users who are there and not disabled`() {
    var authority = Authority()
    _ = create(&authority) { $0.isDisabled = true }
    for owner in ["new", "nobody"] as [UserID] {
      let outcome = authority.run(.issue(authority.makeIssue(.personal) { $0.owner = owner }))
      #expect(outcome.refusal?.code == .invalidArgument && outcome.refusal?.field == "owner")
    }
  }
}
