import ArgumentParser
import TesseraClient
import Testing

@testable import tessera

@Suite struct RegistryCommandTests {
  private func parse<Command>(_ arguments: String..., as: Command.Type) throws -> Command {
    try #require(try Tessera.parseAsRoot(arguments) as? Command)
  }

  @Test func `each type is created with what it holds`() throws {
    #expect(
      try parse(
        "project", "create", "web", "--description", "d",
        as: EntryCreateCommand<ProjectEntry>.self
      ).entry == .project(.init("web", description: "d")))
    #expect(
      try parse("environment", "create", "test", as: EntryCreateCommand<EnvironmentEntry>.self)
        .entry == .environment(.init("test")))
    #expect(
      try parse(
        "method", "create", "a.b", "--link", "https://example.org",
        as: EntryCreateCommand<MethodEntry>.self
      ).entry == .method(.init("a.b", link: "https://example.org")))
    #expect(
      try parse(
        "scope-set", "create", "IDE Plugins", "--method", "b", "--method", "a",
        as: EntryCreateCommand<ScopeSetEntry>.self
      ).entry == .scopeSet(.init("IDE Plugins", methods: ["a", "b"])))
    #expect(
      try parse(
        "role", "create", "Release Manager", "--grant", "project=web,all",
        as: EntryCreateCommand<RoleEntry>.self
      ).entry == .role(.init("Release Manager", grants: [Grant(.project("web"), scopes: .all)])))
  }

  @Test func `an update changes what it names`() throws {
    var entry = RegistryEntry.scopeSet(.init("s", description: "d", methods: ["a", "b"]))
    try parse(
      "scope-set", "update", "s", "--add-method", "c", "--remove-method", "a",
      as: EntryUpdateCommand<ScopeSetEntry>.self
    ).apply(to: &entry)
    #expect(entry == .scopeSet(.init("s", description: "d", methods: ["b", "c"])))
    try parse(
      "scope-set", "update", "s", "--no-methods", "--description", "",
      as: EntryUpdateCommand<ScopeSetEntry>.self
    ).apply(to: &entry)
    #expect(entry == .scopeSet(.init("s")))

    var role = RegistryEntry.role(.init("r", grants: [Grant(.project("a")), Grant(.project("b"))]))
    try parse(
      "role", "update", "r", "--add-grant", "global", "--remove-grant", "project=a",
      as: EntryUpdateCommand<RoleEntry>.self
    ).apply(to: &role)
    #expect(role == .role(.init("r", grants: [Grant(.project("b")), Grant(.global)])))
    try parse("role", "update", "r", "--no-grants", as: EntryUpdateCommand<RoleEntry>.self)
      .apply(to: &role)
    #expect(role == .role(.init("r")))

    var method = RegistryEntry.method(.init("m", description: "d", link: "l"))
    try parse("method", "update", "m", "--link", "", as: EntryUpdateCommand<MethodEntry>.self)
      .apply(to: &method)
    #expect(method == .method(.init("m", description: "d")))
  }

  @Test func `every command's help says what it is for, in one sentence`() {
    for (path, command) in Tessera.paths {
      let abstract = command.configuration.abstract
      #expect(abstract.hasSuffix("."), "\(path): \(abstract)")
      #expect(abstract.firstMatch(of: /\ba [aeio]/) == nil, "\(path): \(abstract)")
    }
    #expect(Tessera.path(to: ListCommand.self) == "tessera token list")
    #expect(Tessera.path(to: EntryGetCommand<RoleEntry>.self) == "tessera role get")
  }

  @Test func `a list is searched`() throws {
    let list = try parse(
      "method", "list", "--search", "Stop", "--limit", "7", as: EntryListCommand<MethodEntry>.self)
    var expected = ListEntriesRequest(.method)
    expected.text = "Stop"
    #expect(list.request == expected)
    #expect(list.paging.limit == 7)
  }

  @Test(arguments: [
    ["project", "create"], ["project", "create", "a b"], ["project", "create", "a", "--link", "l"],
    ["project", "update", "a"], ["scope-set", "update", "s", "--method", "a", "--no-methods"],
    ["role", "create", "r", "--no-grants"], ["scope-set", "create", "s", "--add-method", "m"],
    ["role", "create", "r", "--grant", "nowhere"], ["role", "update", "r"],
    ["role", "update", "r", "--grant", "global", "--no-grants"],
    ["environment", "get"], ["method", "delete", "a", "b"],
    ["user", "create"], ["user", "create", "a b"], ["user", "update", "ada"],
    ["user", "update", "ada", "--if-version", "1"],
    ["user", "update", "ada", "--enable", "--disable"],
    ["user", "update", "ada", "--role", "r", "--no-roles"], ["user", "grant", "ada"],
    ["user", "ungrant", "ada", "--grant", "web"],
    ["user", "set-password", "ada", "--none", "--new-password-file", "f"],
    ["event", "list", "--kind", "nothing"], ["event", "list", "--entry", "web"],
    ["event", "list", "--entry", "project=a b"], ["event", "list", "--since", "once"],
    ["event", "list", "--token", "tok_01000000000000000000000000", "--user", "ada"],
    ["token", "purge"], ["token", "purge", "--ended-before", "never"],
    ["login", "a-password"], ["login", "--lifetime", "soon"], ["whoami", "--as", "a b"],
  ])
  func `what is not understood is a usage error`(_ arguments: [String]) {
    var code: Int32?
    do { _ = try Tessera.parseAsRoot(arguments) } catch {
      code = Tessera.exitCode(for: error).rawValue
    }
    #expect(code == CommandStatus.usage.rawValue)
  }

  @Test func `a user, whole`() throws {
    let create = try parse(
      "user", "create", "ada", "--name", "Ada", "--admin", "--disabled", "--grant", "project=web",
      "--grant", "global", "--role", "b", "--role", "a", as: UserCreateCommand.self)
    var expected = CreateUserRequest("ada", name: "Ada")
    expected.isAdmin = true
    expected.isDisabled = true
    expected.grants = [Grant(.project("web")), Grant(.global)]
    expected.roles = ["a", "b"]
    expected.password = Secret("p")
    #expect(create.request(Secret("p")) == expected)
    #expect(try create.password.read() == nil)
  }

  @Test func `a user's update says only what it names`() throws {
    func request(_ arguments: String...) throws -> UpdateUserRequest {
      let command = try Tessera.parseAsRoot(["user", "update", "ada"] + arguments)
      return try #require(command as? UserUpdateCommand).request
    }
    var expected = UpdateUserRequest("ada")
    expected.isDisabled = true
    #expect(try request("--disable") == expected)
    expected = UpdateUserRequest("ada")
    expected.isDisabled = false
    expected.isAdmin = false
    expected.name = ""
    expected.grants = []
    expected.roles = []
    expected.ifVersion = 3
    #expect(
      try request(
        "--enable", "--no-admin", "--name", "", "--no-grants", "--no-roles", "--if-version", "3")
        == expected)
    expected = UpdateUserRequest("ada")
    expected.isAdmin = true
    expected.grants = [Grant(.allProjects, scopes: .all)]
    expected.roles = ["r"]
    #expect(try request("--admin", "--grant", "all-projects,all", "--role", "r") == expected)
  }

  @Test func `every filter of events`() throws {
    let list = try parse(
      "event", "list", "--kind", "token-issued", "--kind", "USER_CREATED", "--by", "ada",
      "--entry", "scope-set=IDE Plugins", "--since", "2d", "--before", "02-01-1970", "--limit",
      "5", as: EventListCommand.self)
    let now = Timestamp(microseconds: 86_400_000_000 * 3)
    var expected = ListEventsRequest()
    expected.kinds = [.tokenIssued, .userCreated]
    expected.user = "ada"
    expected.entry = .scopeSet("IDE Plugins")
    expected.since = Timestamp(microseconds: 86_400_000_000)
    expected.before = Timestamp(microseconds: 86_400_000_000)
    #expect(try list.filters.request(now: now) == expected)
    for kind in EventKind.allCases { #expect(try Parse.eventKind(kind.name) == kind) }
    for type in RegistryType.allCases {
      #expect(try Parse.entry("\(type.noun)=a").type == type)
    }
  }

  @Test func `who asks, and for whom`() throws {
    let command = try parse("whoami", "--as", "ada", "--password-file", "f", as: WhoAmICommand.self)
    #expect(command.connection.actAs == "ada")
    #expect(command.connection.endpoint.passwordFile == "f")
    let login = try parse("login", "--user", "ada", as: LoginCommand.self)
    #expect(login.user == "ada")
    #expect(login.lifetime == .after(.seconds(30 * 86400)))
    #expect(
      try parse("login", "--lifetime", "never", as: LoginCommand.self).lifetime == .never)
  }

  @Test func `a change that was disturbed is made again of what is there now`() async throws {
    let aborted = TesseraError.refused(Refusal(.aborted, "another version"))
    var attempts = 0
    let result = try await Rewriting.untilUndisturbed(onlyOnce: false) {
      attempts += 1
      if attempts < 3 { throw aborted }
      return attempts
    }
    #expect(result == 3)
    for (onlyOnce, expected) in [(true, 1), (false, 5)] {
      attempts = 0
      await #expect(throws: aborted) {
        try await Rewriting.untilUndisturbed(onlyOnce: onlyOnce) {
          attempts += 1
          throw aborted
        }
      }
      #expect(attempts == expected)
    }
  }
}
