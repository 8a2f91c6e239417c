import TesseraModel
import Testing

@testable import TesseraEngine

/// Every command by every kind of caller: `+` is done, `-` PERMISSION_DENIED, `?` NOT_FOUND,
/// `!` INVALID_ARGUMENT, `=` ALREADY_EXISTS and `/` FAILED_PRECONDITION.
@Suite struct DelegationTests {
  typealias Row = (marks: String, what: String, command: (inout Authority, Stage) -> Command)

  private func check(_ rows: [Row]) {
    var marks = rows.map { _ in "" }
    for kind in CallerKind.allCases {
      var authority = Authority()
      let stage = authority.makeStage(kind)
      for index in rows.indices {
        // Decided and not applied: each row finds the same.
        var batch = authority.engine.makeBatch(now: authority.now)
        let command = authority.engine.searched(
          rows[index].command(&authority, stage), by: stage.caller, now: authority.now)
        let outcome = authority.engine.decide(command, by: stage.caller, in: &batch)
        let isChanged = outcome.mark == "+" && !rows[index].what.hasPrefix("a purge")
        #expect(batch.entries.isEmpty != isChanged, "\(rows[index].what) by \(kind)")
        marks[index].append(outcome.mark)
      }
    }
    for (row, marks) in zip(rows, marks) {
      #expect(marks == row.marks, "\(row.what), by each of \(CallerKind.columns)")
    }
  }

  private func issue(
    _ kind: TokenKind, _ change: @escaping (inout IssueCommand) -> Void = { _ in }
  ) -> (inout Authority, Stage) -> Command {
    { authority, _ in .issue(authority.makeIssue(kind, change)) }
  }

  @Test func `who issues which tokens`() {
    check([
      // ASLPNEUTCKM
      ("+++++++++--", "CLIENT for alpha", issue(.client)),
      ("++---+--+--", "CLIENT for beta", issue(.client) { $0.projects = .one(.beta) }),
      ("++---+--+--", "a list with beta", issue(.client) { $0.projects = .list([.alpha, .beta]) }),
      ("!!---!--!--", "for no project there is", issue(.client) { $0.projects = .one(.nowhere) }),
      ("++---+--+--", "CLIENT for all projects", issue(.client) { $0.projects = .all }),
      ("+++--+--+--", "to write", issue(.client) { $0.scopes = .methods(.write) }),
      ("++++-++++--", "to send", issue(.client) { $0.scopes = .methods(.send) }),
      ("+++--+--+--", "to do everything", issue(.client) { $0.scopes = .all }),
      ("++++-++++--", "FRONTEND for alpha", issue(.frontend)),
      ("++++-++++--", "that never ends", issue(.client) { $0.expiry = .never }),
      ("!!!+-+++!-+", "PERSONAL, nobody's name", issue(.personal) { $0.owner = nil }),
      (
        "!!!+++++!-+", "PERSONAL to read",
        issue(.personal) {
          $0.owner = nil
          $0.scopes = .methods(.read)
        }
      ),
      ("++-+-++++--", "PERSONAL for bob", issue(.personal) { $0.owner = .bob }),
      ("++---+--+--", "PERSONAL for carol", issue(.personal) { $0.owner = .carol }),
      ("!!---!--!--", "PERSONAL for nobody", issue(.personal) { $0.owner = "nobody" }),
      ("+----+--+--", "PERSONAL for an administrator", issue(.personal) { $0.owner = .eve }),
      ("++---+--+-+", "PERSONAL for max", issue(.personal) { $0.owner = .max }),
      ("+----+--+--", "SERVICE", issue(.service)),
      ("+----+--+--", "ADMIN", issue(.admin)),
    ])
  }

  private func copy(
    _ source: KeyPath<Stage, TokenRecord>
  ) -> (inout Authority, Stage) -> Command {
    { authority, stage in
      var command = authority.makeIssue(.client)
      command.projects = nil
      command.environment = nil
      command.copyOf = stage[keyPath: source].id
      return .issue(command)
    }
  }

  private func importing(
    _ kind: TokenKind, _ owner: UserID? = nil, _ projects: ProjectSelection? = nil
  ) -> (inout Authority, Stage) -> Command {
    { authority, _ in
      var token = ImportedToken(
        kind: kind, digest: authority.newDigest(), isUnchecked: true, entropy: 7)
      token.owner = owner
      token.projects = projects
      if kind == .client { token.environment = .development }
      return .importTokens([token])
    }
  }

  @Test func `who copies and imports which tokens`() {
    check([
      // ASLPNEUTCKM
      ("++++-++++--", "a copy of alpha's", copy(\.clientOfAlpha)),
      ("++???+??+-?", "a copy of beta's", copy(\.clientOfBeta)),
      ("++++-++++--", "a copy of what is seen of both's", copy(\.clientOfBoth)),
      ("+++--+--+--", "import for alpha", importing(.client, nil, .one(.alpha))),
      ("++---+--+--", "import for beta", importing(.client, nil, .one(.beta))),
      ("!!---!--!--", "import for nowhere", importing(.client, nil, .one(.nowhere))),
      ("++---+--+--", "import for bob", importing(.personal, .bob)),
      ("+----+--+--", "import for an administrator", importing(.personal, .eve)),
    ])
  }

  private func update(
    _ token: KeyPath<Stage, TokenRecord>,
    _ change: @escaping (inout UpdateCommand) -> Void = { $0.name = "new" }
  ) -> (inout Authority, Stage) -> Command {
    { _, stage in
      var command = UpdateCommand(stage[keyPath: token].id)
      change(&command)
      return .update(command)
    }
  }

  private func regenerate(
    _ token: KeyPath<Stage, TokenRecord>
  ) -> (inout Authority, Stage) -> Command {
    { authority, stage in
      .regenerate(RegenerateCommand(stage[keyPath: token].id, digest: authority.newDigest()))
    }
  }

  @Test func `who changes which tokens`() {
    check([
      // ASLPNEUTCKM
      ("++++-++++--", "update alpha's", update(\.clientOfAlpha)),
      ("++???+??+-?", "update beta's", update(\.clientOfBeta)),
      ("++---+--+--", "update both's", update(\.clientOfBoth)),
      ("++?+?++++-?", "update bob's", update(\.bobs)),
      ("++???+??+-?", "update ada's", update(\.adas)),
      ("+-???+??+-?", "update an administrator's", update(\.eves)),
      ("+-???+??+-?", "update a SERVICE token", update(\.service)),
      ("+++--+--+--", "let it write", update(\.clientOfAlpha) { $0.scopes = .methods(.write) }),
      (
        "+++++++++--", "let it end soon",
        update(\.clientOfAlpha) { $0.expiry = .after(.seconds(3600)) }
      ),
      ("++++-++++--", "regenerate alpha's", regenerate(\.clientOfAlpha)),
      ("++?+?++++-?", "regenerate bob's", regenerate(\.bobs)),
      ("+-???+??+-?", "regenerate a SERVICE token", regenerate(\.service)),
    ])
  }

  private func revoke(
    _ token: KeyPath<Stage, TokenRecord>
  ) -> (inout Authority, Stage) -> Command {
    { _, stage in .revoke(RevokeCommand(.tokens([stage[keyPath: token].id]))) }
  }

  private func revoke(
    _ change: @escaping (inout RevokeFilter) -> Void
  ) -> (inout Authority, Stage) -> Command {
    var filter = RevokeFilter()
    change(&filter)
    return { [filter] _, _ in .revoke(RevokeCommand(.found([], filter))) }
  }

  @Test func `who revokes which tokens`() {
    check([
      // ASLPNEUTCKM
      ("+++++++++--", "alpha's", revoke(\.clientOfAlpha)),
      ("++???+??+-?", "beta's", revoke(\.clientOfBeta)),
      ("++---+--+--", "both's", revoke(\.clientOfBoth)),
      ("++---+--+--", "all projects'", revoke(\.clientOfAll)),
      ("++?+?++++-?", "bob's", revoke(\.bobs)),
      ("++???+??+-?", "an administrator's", revoke(\.eves)),
      ("++???+??+-?", "a SERVICE token", revoke(\.service)),
      // Where nothing that the filter finds may be revoked, the answer is an empty list.
      ("++???+??+-?", "of beta", revoke { $0.project = .beta }),
      ("+++++++++-?", "of alpha", revoke { $0.project = .alpha }),
      ("++?+?++++-?", "of bob", revoke { $0.owner = .bob }),
      (
        "++---+--+--", "a purge",
        { authority, _ in .purge(PurgeCommand(endedBefore: authority.now)) }
      ),
    ])
  }

  /// Through such a token the caller would write users, which it may not.
  @Test func `who issues tokens for users without their permissions makes none for these`() {
    for (permissions, isAllowed) in [
      ([PermissionGrant(.tokensIssue), PermissionGrant(.tokensImport)], false),
      (
        Permission.allCases.filter { $0.limits.contains(.kinds) }
          .map { PermissionGrant($0, kinds: KindSet(.personal)) }, false
      ),
      (Permission.allCases.map { PermissionGrant($0) }, true),
    ] {
      var authority = Authority()
      _ = authority.makeStage(.admin)
      let product = authority.service(permissions)
      let maxs = authority.issue(.personal) { $0.owner = .max }
      var imported = ImportedToken(
        kind: .personal, digest: authority.newDigest(), isUnchecked: true, entropy: 7)
      imported.owner = .max
      let commands: [Command] = [
        .issue(authority.makeIssue(.personal) { $0.owner = .max }),
        .importTokens([imported]),
        .regenerate(RegenerateCommand(maxs.id, digest: authority.newDigest())),
      ]
      for command in commands {
        #expect((authority.run(command, by: product).mark == "+") == isAllowed)
      }
      // Carol creates no tokens. Bob does, so that with one of his the caller would too.
      let forCarol = authority.makeIssue(.personal) { $0.owner = .carol }
      #expect(authority.run(.issue(forCarol), by: product).mark == "+")
      let forBob = authority.makeIssue(.personal) { $0.owner = .bob }
      let issuesClients = permissions.contains { $0.permission == .tokensIssue && $0.kinds == nil }
      #expect((authority.run(.issue(forBob), by: product).mark == "+") == issuesClients)
    }
  }

  @Test func `anyone revokes by a secret value`() {
    check([
      (
        "+++++++++++", "by value",
        { _, stage in .revoke(RevokeCommand(.value(stage.clientOfBeta.credentials.current))) }
      )
    ])
  }

  private func entry(_ entry: RegistryEntry) -> (inout Authority, Stage) -> Command {
    { _, _ in .createEntry(entry) }
  }

  private func changed(_ entry: RegistryEntry) -> (inout Authority, Stage) -> Command {
    { _, _ in .updateEntry(entry, ifVersion: nil) }
  }

  private func removed(_ key: RegistryKey) -> (inout Authority, Stage) -> Command {
    { _, _ in .removeEntry(key) }
  }

  @Test func `who writes the registry`() {
    check([
      // ASLPNEUTCKM
      ("++---+--+-+", "a project", entry(.project(.init("delta")))),
      ("===--=--=-=", "one there is", entry(.project(.init(.alpha)))),
      ("==---=--=-=", "one elsewhere", entry(.project(.init(.beta)))),
      ("++---+--+-+", "an environment", entry(.environment(.init("test")))),
      ("++---+--+-+", "a method", entry(.method(.init("do.it")))),
      ("++---+--+--", "a set", entry(.scopeSet(.init("Set", methods: [.read])))),
      ("+++--+--+-+", "change alpha", changed(.project(.init(.alpha, description: "new")))),
      ("++---+--+-+", "change beta", changed(.project(.init(.beta, description: "new")))),
      ("??---?--?-?", "change nowhere", changed(.project(.init(.nowhere)))),
      ("+++--+--+-+", "remove alpha", removed(.project(.alpha))),
      ("++---+--+-+", "remove beta", removed(.project(.beta))),
      ("??---?--?-?", "remove nowhere", removed(.project(.nowhere))),
      ("++---+--+-+", "remove an environment", removed(.environment(.development))),
      ("++---+--+-+", "remove a method", removed(.method(.read))),
      ("//---/--/-/", "remove a set that is built in", removed(.scopeSet(.client))),
    ])
  }

  private func role(_ grants: Grant...) -> (inout Authority, Stage) -> Command {
    { _, _ in .createEntry(.role(.init("New", grants: grants))) }
  }

  @Test func `who writes roles`() {
    let inAlpha = Grant.Place.project(.alpha)
    check([
      // ASLPNEUTCKM
      ("++---+--+-+", "of nothing", role()),
      ("+++--+--+-+", "to read in alpha", role(Grant(inAlpha, scopes: .methods(.read)))),
      ("+++--+--+--", "to write in alpha", role(Grant(inAlpha, scopes: .methods(.write)))),
      ("+++--+--+--", "everything in alpha", role(Grant(inAlpha, scopes: .all))),
      ("+++--+--+--", "to create tokens", role(Grant(inAlpha, createsTokens: true))),
      ("++---+--+--", "in beta", role(Grant(.project(.beta)))),
      ("!!---!--!--", "nowhere", role(Grant(.project(.nowhere)))),
      ("++---+--+--", "in all projects", role(Grant(.allProjects))),
      ("++---+--+-+", "a permission", role(Grant(.global, permissions: [.registryWrite]))),
      ("++---+--+--", "another permission", role(Grant(.global, permissions: [.eventsRead]))),
      ("++?--+--+--", "remove beta's", removed(.role(.betas))),
      ("++?--+--+--", "change beta's", changed(.role(.init(.betas)))),
    ])
  }

  private func user(
    _ change: @escaping (inout CreateUserCommand) -> Void = { _ in }
  ) -> (inout Authority, Stage) -> Command {
    var command = CreateUserCommand("new")
    change(&command)
    return { [command] _, _ in .createUser(command) }
  }

  private func renamed(_ id: UserID) -> (inout Authority, Stage) -> Command {
    var command = UpdateUserCommand(id)
    command.name = "new"
    return { [command] _, _ in .updateUser(command) }
  }

  private func password(_ id: UserID) -> (inout Authority, Stage) -> Command {
    { _, _ in .setPassword(id, .sample(9)) }
  }

  @Test func `who writes users`() {
    check([
      // ASLPNEUTCKM
      ("++---+--+-+", "who hold nothing", user()),
      ("+++--+--+-+", "of alpha", user { $0.grants = [Grant(.project(.alpha))] }),
      ("++---+--+--", "of beta", user { $0.grants = [Grant(.project(.beta))] }),
      ("!!---!--!--", "of nowhere", user { $0.grants = [Grant(.project(.nowhere))] }),
      ("++---+--+--", "with a role", user { $0.roles = [.betas] }),
      ("+----+--+--", "administrators", user { $0.isAdmin = true }),
      ("+++--+--+--", "change bob", renamed(.bob)),
      ("++?--+--+--", "change carol", renamed(.carol)),
      ("++?--+--+-+", "change max", renamed(.max)),
      ("+-?--+--+--", "change an administrator", renamed(.eve)),
      ("???--?--?-?", "change nobody", renamed("nobody")),
      ("++?--+--+--", "remove carol", { _, _ in .removeUser(.carol) }),
      ("+-?--+--+--", "remove an administrator", { _, _ in .removeUser(.eve) }),
      ("++++-++++--", "bob's password", password(.bob)),
      ("++?--+--+--", "carol's password", password(.carol)),
      ("+-?--+--+--", "an administrator's password", password(.eve)),
    ])
  }
}
